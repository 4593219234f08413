import { useQueries } from '@tanstack/react-query'
import { Fragment } from 'react'
import { configDifferences } from '../../lib/config-diff.ts'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { Message } from '../../ui/message.tsx'

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
export function DifferenceTable({ ids, names }: { ids: readonly string[]; names: readonly string[] }) {
  const { client } = useServices()
  const details = useQueries({
    queries: ids.map((id) => ({ queryKey: ['runs.get', { id }], queryFn: () => client.call('runs.get', { id }) })),
  })
  const failed = details.find((detail) => detail.error)
  if (failed) return <Message tone="bad">{errorSentence(failed.error)}</Message>
  if (details.some((detail) => !detail.data)) return <p className="loading">{t('Loading the configs…')}</p>
  const differences = configDifferences(details.map((detail) => detail.data!.config)).filter(
    ({ path }) => path !== 'name',
  )
  if (differences.length === 0) return <p className="quiet">{t('The configs are the same in every key.')}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
    <section className="card table-scroll" tabIndex={0} aria-label={t('Keys that differ')}>
      <table className="table compact-table">
        <thead>
          <tr>
            <th>{t('Key')}</th>
            {names.map((name) => (
              <th key={name} className="compare-name" title={name}>
                {name}
              </th>
            ))}
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
