import { useMemo, useSyncExternalStore } from 'react'
import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import { useServices } from '../../lib/context.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { lastValue } from '../../lib/run-columns.ts'

const prefix = 'timing_s/'

export interface TimePart {
  readonly label: string
  /** Seconds. */
  readonly seconds: number
  /** Of the whole step, 0 to 1. */
  readonly share: number
}

/** How the last step's wall time divides; what no phase accounts for comes last. */
export function timeParts(seconds: ReadonlyMap<string, number>): TimePart[] {
  const whole = seconds.get('step') ?? [...seconds.values()].reduce((sum, value) => sum + value, 0)
  if (!(whole > 0)) return []
  const parts = [...seconds].filter(([name, value]) => name !== 'step' && value > 0)
  const rest = whole - parts.reduce((sum, [, value]) => sum + value, 0)
  const named = parts.map(([name, value]) => ({
    label: t(metricInfo(prefix + name).label),
    seconds: value,
    share: value / whole,
  }))
  const other = rest > 0.005 * whole ? [{ label: t('Other'), seconds: rest, share: rest / whole }] : []
  return [...named.toSorted((a, b) => b.seconds - a.seconds), ...other]
}

/** Where the time of the last step went. */
export function StepTimes({ runId }: { runId: string }) {
  const { live } = useServices()
  const subscribe = useMemo(() => (listener: () => void) => live.subscribeSeries(runId, listener), [live, runId])
  const steps = useSyncExternalStore(subscribe, () => live.columnsOf(runId).steps.length)
  const parts = useMemo(() => {
    const columns = live.columnsOf(runId)
    const names = [...columns.values.keys()].filter((name) => name.startsWith(prefix))
    return steps === 0
      ? []
      : timeParts(new Map(names.map((name) => [name.slice(prefix.length), lastValue(columns, name) ?? 0])))
  }, [live, runId, steps])
  if (parts.length < 2) return null
  return (
    <section className="card step-times" aria-label={t('Time of the last step')}>
      <h2>{t('Time of the last step')}</h2>
      <div className="step-times-bar" aria-hidden>
        {parts.map((part) => (
          <span key={part.label} style={{ flexGrow: part.share }} title={part.label} />
        ))}
      </div>
      <dl>
        {parts.map((part) => (
          <div key={part.label}>
            <dt>{part.label}</dt>
            <dd>
              {t('{seconds} s', { seconds: formatNumber(part.seconds, 3) })}{' '}
              <span className="quiet">{(100 * part.share).toFixed(0)} %</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
