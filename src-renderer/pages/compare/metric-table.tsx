import { useMemo, useState } from 'react'
import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import { parseSteps } from '../../chart/compare/chosen-steps.ts'
import { type ChosenValue, valueAt } from '../../chart/compare/metric-at.ts'
import { changeText, mainMetrics } from '../../chart/metric-text.ts'
import { useServices } from '../../lib/context.tsx'
import { formatGap, formatInUnit } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useFreshSeries } from '../../lib/use-series.ts'
import { StepChoiceField } from '../../ui/step-choice-field.tsx'
import { RunHeads } from './run-heads.tsx'

interface MetricTableProps {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly metrics: readonly string[]
  /** Place of the run that the others are held against. */
  readonly baseline: number
}

/** Each metric at the chosen steps, and how far the other runs are from the baseline. */
export function MetricTable({ ids, names, metrics, baseline }: MetricTableProps) {
  const { live } = useServices()
  const [all, setAll] = useState(false)
  const [at, setAt] = useAddressState('at', 'last')
  const choice = useMemo(() => parseSteps(at) ?? 'last', [at])
  const shown = all ? metrics : mainMetrics.filter((name) => metrics.includes(name))
  useFreshSeries(ids)
  const lasts = new Set(ids.flatMap((id) => live.columnsOf(id).steps.at(-1) ?? []))
  const rows = shown.map((name) => ({ name, found: ids.map((id) => valueAt(live.columnsOf(id), name, choice)) }))
  return (
    <>
      <div className="compare-controls">
        <StepChoiceField text={at} onChange={setAt} />
        {choice === 'last' && lasts.size > 1 && (
          <span className="quiet">
            {t('The runs end at different steps: {steps}.', { steps: [...lasts].sort((a, b) => a - b).join(', ') })}
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys. */}
      <section className="card table-scroll" tabIndex={0} aria-label={t('Metrics of each run')}>
        <table className="table compact-table">
          <thead>
            <tr>
              <th>{t('Metric')}</th>
              <RunHeads names={names} className="number compare-name" />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, found }) => (
              <tr key={name}>
                <td title={`${t(metricInfo(name).description)} (${t(metricInfo(name).unit)})`}>
                  {t(metricInfo(name).label)}
                </td>
                {found.map((one, index) => (
                  <td key={names[index]} className="number" title={whereText(one)}>
                    {formatInUnit(one?.value, metricInfo(name).unit, 3)}{' '}
                    {choice === 'best' && one && (
                      <span className="quiet">{t('step {step}', { step: String(one.step) })}</span>
                    )}{' '}
                    {index !== baseline && <Difference {...{ name, one }} base={found[baseline] ?? null} />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {metrics.length > 0 && (
        <button type="button" className="button button-quiet button-small" onClick={() => setAll(!all)}>
          {all ? t('Show the main metrics') : t('Show all {count} metrics', { count: metrics.length })}
        </button>
      )}
    </>
  )
}

function whereText(one: ChosenValue | null): string {
  if (one === null) return t('not recorded')
  const step = String(one.step)
  return one.count === 1
    ? t('step {step}', { step })
    : t('mean of {count} steps up to {step}', { count: one.count, step })
}

interface DifferenceProps {
  readonly name: string
  readonly one: ChosenValue | null
  readonly base: ChosenValue | null
}

/** Percentage points between fractions, and of other quantities the part of the baseline's value. */
function Difference({ name, one, base }: DifferenceProps) {
  if (one === null || base === null) return null
  const absolute = formatGap(one.value - base.value, metricInfo(name).unit)
  return (
    <span className="quiet difference" title={t('{difference} against the baseline', { difference: absolute })}>
      {changeText(name, one.value, base.value)}
    </span>
  )
}
