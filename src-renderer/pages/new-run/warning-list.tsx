import { AlertTriangle } from 'lucide-react'
import { useMemo } from 'react'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import { configWarnings } from '../../../src-preload/contract/warnings.ts'
import type { ConfigDocument } from '../../lib/form/config-document.ts'
import { t, tn } from '../../lib/i18n/translate.ts'

/** What the settings cannot do together although each is allowed; nothing while they do not fit the schema. */
export function WarningList({ document }: { document: ConfigDocument }) {
  const warnings = useMemo(() => {
    const parsed = runConfigSchema.safeParse(document.value)
    return parsed.success ? configWarnings(parsed.data) : []
  }, [document])
  const first = warnings[0]
  if (!first) return null
  return (
    <details className="warning-list">
      <summary>
        <AlertTriangle size={15} aria-hidden />
        <b>{tn(warnings.length, '{count} warning', '{count} warnings')}</b>{' '}
        <span className="warning-first">{t(first.text, first.values)}</span>
      </summary>
      <ul>
        {warnings.map(({ path, text, values }) => (
          <li key={path + text}>
            <code>{path}</code>: {t(text, values)}
          </li>
        ))}
      </ul>
    </details>
  )
}
