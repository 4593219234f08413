import { Fragment, useMemo } from 'react'
import { configDifferences } from '../../lib/config-diff.ts'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { Message } from '../../ui/message.tsx'
import { RunHeads } from './run-heads.tsx'
import type { ComparedDetails } from './use-details.ts'

/** Where a long key may go on in the next line. */
const breakable = (path: string) =>
  path.split(/(?<=[._])/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a key stay in their order.
    <Fragment key={index}>
      <wbr />
      {part}
    </Fragment>
  ))

/** The keys in which the runs' configs differ, and nothing else. */
export function DifferenceTable({ names, details }: { names: readonly string[]; details: ComparedDetails }) {
  const { configs, error } = details
  const differences = useMemo(() => configDifferences(configs ?? []).filter(({ path }) => path !== 'name'), [configs])
  if (error) return <Message tone="bad">{errorSentence(error)}</Message>
  if (!configs) return <p className="loading">{t('Loading the configs…')}</p>
  if (differences.length === 0) return <p className="quiet">{t('The configs are the same in every key.')}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
    <section className="card table-scroll" tabIndex={0} aria-label={t('Keys that differ')}>
      <table className="table compact-table">
        <thead>
          <tr>
            <th>{t('Key')}</th>
            <RunHeads names={names} className="compare-name" />
          </tr>
        </thead>
        <tbody>
          {differences.map(({ path, values }) => (
            <tr key={path}>
              <td className="mono config-path">{breakable(path)}</td>
              {values.map((value, index) => (
                <td key={names[index]} className={value === null ? 'quiet' : 'mono'}>
                  {value ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
