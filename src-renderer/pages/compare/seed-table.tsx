import { useState } from 'react'
import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { CurveGroup } from '../../chart/compare/curve-sources.ts'
import { type BandKind, seedStatistics } from '../../chart/compare/seed-statistics.ts'
import { useServices } from '../../lib/context.tsx'
import { formatInUnit } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { lastValue } from '../../lib/run-columns.ts'
import { useFreshSeries } from '../../lib/use-series.ts'

const shown = ['reward', 'accuracy', 'eval/greedy', 'eval/avg', 'entropy', 'kl']

/** Runs that differ in their seed alone, as one row: mean and spread of the last values. Nothing when no two runs do. */
export function SeedTable({ ids, groups }: { ids: readonly string[]; groups: readonly CurveGroup[] }) {
  const { live } = useServices()
  const [band, setBand] = useState<BandKind>('range')
  useFreshSeries(ids)
  if (groups.length === ids.length) return null
  return (
    <section aria-label={t('Seeds')}>
      <h2>{t('Runs grouped by seed')}</h2>
      <label className="compare-controls">
        {t('Last values, mean and')}{' '}
        <select className="select" value={band} onChange={({ target }) => setBand(target.value as BandKind)}>
          <option value="range">{t('least to greatest')}</option>
          <option value="stderr">{t('one standard error')}</option>
        </select>
      </label>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys. */}
      <section className="card table-scroll" tabIndex={0} aria-label={t('Means over seeds')}>
        <table className="table compact-table">
          <thead>
            <tr>
              <th>{t('Config')}</th>
              {shown.map((name) => (
                <th key={name} className="number" title={t(metricInfo(name).description)}>
                  {t(metricInfo(name).label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.ids[0]}>
                <td>{group.name}</td>
                {shown.map((name) => {
                  const values = group.ids.map((id) => lastValue(live.columnsOf(id), name))
                  const known = seedStatistics(
                    values.filter((value) => value !== null),
                    band,
                  )
                  return (
                    <td key={name} className="number">
                      {formatInUnit(known?.mean, metricInfo(name).unit, 3)}{' '}
                      {known && group.ids.length > 1 && (
                        <span className="quiet interval">
                          {t('{low} to {high}', {
                            low: formatInUnit(known.low, metricInfo(name).unit, 3),
                            high: formatInUnit(known.high, metricInfo(name).unit, 3),
                          })}
                        </span>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}
