import { Undo2 } from 'lucide-react'
import { useMemo } from 'react'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import { type ConfigDifference, configDifferences } from '../../lib/config-diff.ts'
import { type ConfigDocument, readDocument, valueAt, withoutValue, withValue } from '../../lib/form/config-document.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'
import type { Origin } from './origin.ts'

interface ChangesPanelProps {
  readonly origin: Origin
  readonly document: ConfigDocument
  readonly onChange: (document: ConfigDocument) => void
}

/** The settings in which the document differs from where it began, defaults included, as they are changed. */
export function ChangesPanel({ origin, document, onChange }: ChangesPanelProps) {
  const start = useMemo(() => readDocument(origin.yaml), [origin])
  const changes = useMemo(() => changesBetween(start.value, document.value), [start, document])
  if (changes === null) return null
  const takeBack = (path: string): void => onChange(withOrigin(document, start.value, path))
  return (
    <section className="changes" aria-label={t('Changes')}>
      <h2>{tn(changes.length, '{count} change', '{count} changes')}</h2>{' '}
      <span className="quiet">{t('from {origin}', { origin: origin.name })}</span>
      {changes.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
        <section className="table-scroll changes-box" tabIndex={0} aria-label={t('Settings that differ')}>
          <table className="table compact-table">
            <tbody>
              {changes.map((change) => (
                <ChangeRow key={change.path} change={change} onTakeBack={takeBack} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}

function ChangeRow({ change, onTakeBack }: { change: ConfigDifference; onTakeBack: (path: string) => void }) {
  const [before, after] = change.values
  return (
    <tr>
      <th scope="row" className="mono">
        {change.path}
        <span className="change-values">
          <del>{before ?? '–'}</del> → <ins>{after ?? '–'}</ins>
        </span>
      </th>
      <td>
        <Button
          kind="quiet"
          small
          icon={<Undo2 size={13} />}
          aria-label={t('Take back {path}', { path: change.path })}
          title={t('Take back')}
          onClick={() => onTakeBack(change.path)}
        />
      </td>
    </tr>
  )
}

/** Both with their defaults; null while one of them does not fit the schema. */
export function changesBetween(before: unknown, after: unknown): ConfigDifference[] | null {
  const parsed = [before, after].map((value) => runConfigSchema.safeParse(value))
  if (!parsed.every((one) => one.success)) return null
  return configDifferences(parsed.map((one) => one.data))
}

/** The document with one setting as it began. Options of another method or verifier come back whole. */
function withOrigin(document: ConfigDocument, start: unknown, path: string): ConfigDocument {
  const [section = ''] = path.split('.')
  const chosen = section === 'method' ? 'method.name' : section === 'verifier' ? 'verifier.kind' : null
  const whole = chosen !== null && valueAt(start, chosen) !== valueAt(document.value, chosen)
  const place = whole ? section : path
  const value = valueAt(start, place)
  return value === undefined ? withoutValue(document, place) : withValue(document, place, value)
}
