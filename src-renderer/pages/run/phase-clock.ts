import type { RunPhase, RunSummary } from '../../../src-preload/contract/run.ts'

/** How long the step under way has been in each phase, by the page's own clock. */
export interface PhaseClock {
  /** Steps done before it. */
  readonly step: number
  readonly phase: RunPhase
  readonly running: boolean
  /** Since when the phase goes on, or the run stands still; milliseconds of the page's clock. */
  readonly sinceMs: number
  /** Time in phases before this one. */
  readonly spentMs: ReadonlyMap<RunPhase, number>
  /** Whether the page has seen the step from its start. */
  readonly whole: boolean
}

type Observed = Pick<RunSummary, 'step' | 'phase' | 'status'>

export function startClock({ step, phase, status }: Observed, nowMs: number): PhaseClock {
  return { step, phase, running: status === 'running', sinceMs: nowMs, spentMs: new Map(), whole: false }
}

/** The clock after a new summary; the same object when nothing has moved on. */
export function followPhase(clock: PhaseClock, run: Observed, nowMs: number): PhaseClock {
  const running = run.status === 'running'
  if (run.step !== clock.step) return { ...startClock(run, nowMs), whole: true }
  if (run.phase === clock.phase && running === clock.running) return clock
  return { ...clock, phase: run.phase, running, sinceMs: nowMs, spentMs: phaseTimes(clock, nowMs) }
}

/** Milliseconds in each phase up to now; while the run stands still nothing is added. */
export function phaseTimes({ phase, running, sinceMs, spentMs }: PhaseClock, nowMs: number): Map<RunPhase, number> {
  const times = new Map(spentMs)
  if (running) times.set(phase, (times.get(phase) ?? 0) + Math.max(0, nowMs - sinceMs))
  return times
}
