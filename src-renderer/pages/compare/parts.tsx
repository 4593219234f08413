import { msg, t } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'

/** The parts of a comparison from top to bottom: ids of their sections, and their headings. */
export const comparisonParts = {
  metrics: msg('Metrics'),
  config: msg('Config differences'),
  evaluations: msg('Held-out evaluations'),
  prompts: msg('Same prompts'),
  curves: msg('Curves'),
} as const

const partId = (part: keyof typeof comparisonParts): string => `comparison-${part}`

/** Makes a section one that can be gone to. */
export const partProps = (part: keyof typeof comparisonParts) => ({ id: partId(part), tabIndex: -1 })

function goToPart(part: keyof typeof comparisonParts): void {
  const section = document.getElementById(partId(part))
  section?.scrollIntoView({ block: 'start' })
  section?.focus({ preventScroll: true })
}

/** Leads to the parts of the page, which is long. */
export function PartLinks() {
  return (
    <nav className="part-links" aria-label={t('Parts of the comparison')}>
      {(Object.keys(comparisonParts) as (keyof typeof comparisonParts)[]).map((part) => (
        <Button key={part} kind="quiet" small onClick={() => goToPart(part)}>
          {t(comparisonParts[part])}
        </Button>
      ))}
    </nav>
  )
}
