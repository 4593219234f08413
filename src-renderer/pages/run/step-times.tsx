import { memo, useEffect, useMemo, useRef, useState } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { useServices } from '../../lib/context.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { activityOf } from '../../lib/run-status.ts'
import { followPhase, type PhaseClock, phaseTimes, startClock } from './phase-clock.ts'
import { isTiming, meanParts, phaseLabels, recentStepTimes, type StepPhase, type StepTime } from './phase-times.ts'

/** Steps that the picture shows. */
const shownSteps = 40
const renewEveryMs = 500
/** The first picture waits for the charts' frame only. */
const firstAfterMs = 30

const inSeconds = (seconds: number): string => t('{seconds} s', { seconds: formatNumber(seconds, 3) })

interface StepTimesProps {
  readonly run: RunSummary
  /** Names of the run's metrics, a line each. */
  readonly names: string
}

/** What the step under way spends its time on, live, and what the last steps spent it on. */
export function StepTimes({ run, names }: StepTimesProps) {
  const recent = useRecentTimes(run.id)
  const times = recent ?? []
  const running = run.status === 'running'
  const awaited = recent === null && names.split('\n').some(isTiming)
  if (times.length === 0 && !running && !awaited) return null
  const meanSeconds = times.reduce((sum, { seconds }) => sum + seconds, 0) / Math.max(1, times.length)
  return (
    <section className="card step-times" aria-label={t('Phases of a step')}>
      <h2>{t('Phases of a step')}</h2>
      {running && <StepUnderWay run={run} meanSeconds={meanSeconds} />}
      {awaited && <div className="step-times-place" />}
      {times.length > 0 && <LastSteps times={times} meanSeconds={meanSeconds} />}
    </section>
  )
}

function LastSteps({ times, meanSeconds }: { times: readonly StepTime[]; meanSeconds: number }) {
  return (
    <>
      <StepBars times={times} />
      <dl>
        {meanParts(times).map(({ id, label, seconds, share }) => (
          <div key={id}>
            <dt>
              <i className={`phase phase-${id}`} aria-hidden /> {t(label)}
            </dt>
            <dd>
              {inSeconds(seconds)} <span className="quiet">{(100 * share).toFixed(0)} %</span>
            </dd>
          </div>
        ))}
        <div>
          <dt>{tn(times.length, 'Mean of {count} step', 'Mean of {count} steps')}</dt>
          <dd>{inSeconds(meanSeconds)}</dd>
        </div>
      </dl>
    </>
  )
}

/** The last timed steps, read anew at a pace that eyes can follow; null while no step is known. */
function useRecentTimes(runId: string): readonly StepTime[] | null {
  const { live } = useServices()
  const [count, setCount] = useState(live.columnsOf(runId).steps.length)
  useEffect(() => {
    let known = 0
    let waiting: ReturnType<typeof setTimeout> | undefined
    const renew = (): void => {
      waiting = undefined
      known = live.columnsOf(runId).steps.length
      setCount(known)
    }
    renew()
    const end = live.subscribeSeries(runId, () => {
      waiting ??= setTimeout(renew, known === 0 ? firstAfterMs : renewEveryMs)
    })
    return () => {
      clearTimeout(waiting)
      end()
    }
  }, [live, runId])
  return useMemo(() => (count === 0 ? null : recentStepTimes(live.columnsOf(runId), shownSteps)), [live, runId, count])
}

/** One bar: the phases of this step so far, as long as a mean step at its full width. */
function StepUnderWay({ run, meanSeconds }: { run: RunSummary; meanSeconds: number }) {
  const [nowMs, setNowMs] = useState(() => performance.now())
  const clock = useRef<PhaseClock | null>(null)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), renewEveryMs)
    return () => clearInterval(timer)
  }, [])
  const atMs = Math.max(nowMs, performance.now())
  clock.current = clock.current ? followPhase(clock.current, run, atMs) : startClock(run, atMs)
  const spent = [...phaseTimes(clock.current, atMs)].map(([phase, ms]) => ({ phase, seconds: ms / 1000 }))
  const seconds = spent.reduce((sum, part) => sum + part.seconds, 0)
  return (
    <div className="step-now">
      <span className="step-now-words">
        {t('Step {step}: {activity}', { step: stepAtWork(run), activity: activityOf(run) })}{' '}
        <span className="quiet">
          {clock.current.whole ? inSeconds(seconds) : t('{time} since this page looks', { time: inSeconds(seconds) })}
        </span>
      </span>
      <div className="step-now-bar" aria-hidden>
        {spent.map((part) => (
          <span
            key={part.phase}
            className={`phase phase-${part.phase in phaseLabels ? part.phase : 'other'}`}
            style={{ width: `${(100 * part.seconds) / Math.max(meanSeconds, seconds)}%` }}
            title={`${t(phaseLabels[part.phase as StepPhase] ?? phaseLabels.other)}: ${inSeconds(part.seconds)}`}
          />
        ))}
      </div>
    </div>
  )
}

const size = { width: 1000, height: 64 } as const

/** A column per step, its phases stacked. Columns are as high as their seconds; the drawing is stretched to the highest. */
const StepBars = memo(function StepBars({ times }: { times: readonly StepTime[] }) {
  const most = Math.max(...times.map(({ seconds }) => seconds))
  const pitch = size.width / shownSteps
  const [first, last] = [times[0]!, times.at(-1)!]
  const words = t('Time of steps {first} to {last}: at most {most}; the last took {time}.', {
    ...{ first: first.step, last: last.step },
    ...{ most: inSeconds(most), time: inSeconds(last.seconds) },
  })
  return (
    <figure className="step-bars">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" role="img" aria-label={words}>
        <g transform={`translate(0 ${size.height}) scale(1 ${-size.height / most})`}>
          {times.map((time, index) => (
            <g key={time.step} transform={`translate(${index * pitch} 0)`}>
              <StepColumn time={time} width={pitch - 3} />
            </g>
          ))}
        </g>
      </svg>
      <figcaption className="quiet">
        <span>{t('steps {first} to {last}', { first: first.step, last: last.step })}</span>
        <span className="step-bars-most">{t('highest {time}', { time: inSeconds(most) })}</span>
      </figcaption>
    </figure>
  )
})

/** Drawn once: a step that is done takes no other time later. */
const StepColumn = memo(
  function StepColumn({ time: { step, parts }, width }: { time: StepTime; width: number }) {
    let head = 0
    return parts.map(({ id, label, seconds }) => {
      head += seconds
      return (
        <rect key={id} className={`phase phase-${id}`} y={head - seconds} width={width} height={seconds}>
          <title>{`${t('step {step}', { step })}, ${t(label)}: ${inSeconds(seconds)}`}</title>
        </rect>
      )
    })
  },
  (before, after) => before.time.step === after.time.step && before.time.seconds === after.time.seconds,
)

/** Evaluations and checkpoints belong to the step before them. */
const stepAtWork = ({ phase, step }: RunSummary): number =>
  phase === 'evaluate' || phase === 'checkpoint' ? step : step + 1
