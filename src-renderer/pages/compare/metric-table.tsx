import { useMemo, useState, useSyncExternalStore } from 'react'
import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import { useServices } from '../../lib/context.tsx'
import { formatNumber, formatPercent } from '../../lib/format.ts'
import { lastValue } from '../../lib/run-columns.ts'

/** The metrics worth a look first, in this order; the rest are one click away. */
const headline = ['reward', 'accuracy', 'eval/greedy', 'eval/avg', 'entropy', 'kl', 'clip_ratio', 'grad_norm']

interface MetricTableProps {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly metrics: readonly string[]
}

/** The last recorded value of each metric, and how far the other runs are from the first. */
export function MetricTable({ ids, names, metrics }: MetricTableProps) {
  const { live } = useServices()
  const [all, setAll] = useState(false)
  const shown = all ? metrics : headline.filter((name) => metrics.includes(name))
  const subscribe = useMemo(
    () => (listener: () => void) => {
      const ends = ids.map((id) => live.subscribeSeries(id, listener))
      return () => {
        for (const end of ends) end()
      }
    },
    [live, ids],
  )
  useSyncExternalStore(subscribe, () => ids.map((id) => live.columnsOf(id).steps.length).join())
  const rows = shown.map((name) => ({ name, values: ids.map((id) => lastValue(live.columnsOf(id), name)) }))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
    <section className="card table-scroll" tabIndex={0} aria-label="Metrics of each run">
      <table className="table compact-table">
        <thead>
          <tr>
            <th>Metric</th>
            {names.map((name) => (
              <th key={name} className="number compare-name" title={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, values }) => (
            <tr key={name}>
              <td title={`${metricInfo(name).description} (${metricInfo(name).unit})`}>{metricInfo(name).label}</td>
              {values.map((value, index) => (
                <td key={names[index]} className="number">
                  {formatNumber(value, 3)} {index > 0 && <Difference value={value} base={values[0] ?? null} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="button button-quiet button-small" onClick={() => setAll(!all)}>
        {all ? 'Show the main metrics' : `Show all ${metrics.length} metrics`}
      </button>
    </section>
  )
}

function Difference({ value, base }: { value: number | null; base: number | null }) {
  if (value === null || base === null) return null
  const difference = value - base
  const sign = difference > 0 ? '+' : ''
  const absolute = `${sign}${formatNumber(difference, 3)}`
  return (
    <span className="quiet difference" title={`${absolute} against the first run`}>
      {base === 0 ? absolute : `${sign}${formatPercent(difference / Math.abs(base), 1)}`}
    </span>
  )
}
