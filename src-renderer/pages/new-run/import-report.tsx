import { AlertTriangle, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ImportedDefault, ImportedKey, ImportOutcome, ImportResult } from '../../../src-preload/contract/import.ts'
import { serviceSentencesText, serviceText } from '../../lib/i18n/service-text.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'

/** What became of each setting of an imported source (a file, or a text without a name): taken over and not, side by side. */
export function ImportReport({ result, name, onClose }: { result: ImportResult; name: string; onClose: () => void }) {
  const of = (...outcomes: readonly ImportOutcome[]): ImportedKey[] =>
    outcomes.flatMap((outcome) => result.keys.filter((key) => key.outcome === outcome))
  const [exact, approximate, lost, idle] = [of('exact'), of('approximate'), of('lost'), of('idle')]
  const defaults = result.defaults.filter(({ origin }) => origin !== 'quiver')
  return (
    <section className="card import-report" aria-label={t('What was imported')}>
      <div className="page-head">
        <h2>{name === '' ? t('Imported from a text') : t('Imported from {name}', { name })}</h2>
        <div className="page-head-end">
          <Button kind="quiet" small icon={<X size={15} />} aria-label={t('Close the report')} onClick={onClose} />
        </div>
      </div>
      {result.notes.length > 0 && (
        <ul className="import-notes">
          {result.notes.map((note) => (
            <li key={note}>{serviceText(note)}</li>
          ))}
        </ul>
      )}
      {result.keys.length > 0 && (
        <div className="import-columns">
          <Column title={takenTitle(exact.length, approximate.length)}>
            <KeyTable keys={[...approximate, ...exact]} />
          </Column>
          <Column title={tn(lost.length, '{count} setting not taken over', '{count} settings not taken over')}>
            {lost.length === 0 ? <p className="quiet">{t('Everything was understood.')}</p> : <KeyTable keys={lost} />}
          </Column>
        </div>
      )}
      {idle.length > 0 && (
        <details>
          <summary>
            {tn(idle.length, '{count} setting of no effect here', '{count} settings of no effect here')}
          </summary>
          <KeyTable keys={idle} />
        </details>
      )}
      {defaults.length > 0 && (
        <details>
          <summary>
            {tn(defaults.length, '{count} default of the other trainer', '{count} defaults of the other trainer')}
          </summary>
          <DefaultTable defaults={defaults} />
        </details>
      )}
    </section>
  )
}

/** Counted as on the command line: those with a difference apart. */
function takenTitle(exact: number, approximate: number): string {
  const taken = tn(exact, '{count} setting taken over', '{count} settings taken over')
  return approximate === 0 ? taken : `${taken}, ${t('{count} with a difference', { count: approximate })}`
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
    <section className="import-column table-scroll" tabIndex={0} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function KeyTable({ keys }: { keys: readonly ImportedKey[] }) {
  return (
    <table className="table compact-table">
      <tbody>
        {keys.map((key) => (
          <tr key={key.key}>
            <th
              scope="row"
              className="mono"
              title={key.line === null ? undefined : t('line {line}', { line: key.line })}
            >
              {key.key}
              <span className="quiet">{key.text === '' ? '' : `=${key.text}`}</span>
            </th>
            <td>
              {key.settings.map(({ path, value }) => (
                <div key={path} className="mono">
                  {path}: {settingText(value)}
                </div>
              ))}
              {key.reasons.length > 0 && (
                <div className="import-reason">
                  {key.outcome === 'approximate' && <AlertTriangle size={12} aria-label={t('With a difference')} />}
                  {serviceSentencesText(key.reasons)}
                </div>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function DefaultTable({ defaults }: { defaults: readonly ImportedDefault[] }) {
  return (
    <table className="table compact-table">
      <tbody>
        {defaults.map(({ path, value }) => (
          <tr key={path}>
            <th scope="row" className="mono">
              {path}
            </th>
            <td className="mono">{settingText(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const settingText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
