import type { RunPhase } from '../../src-preload/contract/run.ts'

/** Thrown at a point where a run can stop without losing anything; the trainer then writes the last checkpoint. */
export class StopRequested extends Error {
  override readonly name = 'StopRequested'
}

/** How the loop meets the outside world: it says where it is and asks whether to go on. */
export interface RunControl {
  /** Resolves when the run may go on (waits while paused). `progress` is the done part of the phase, 0 to 1. */
  proceed(phase: RunPhase, progress: number): Promise<void>
  /** Like `proceed`, and throws StopRequested when the user wants the run to stop. Only where no update is half done. */
  proceedOrStop(phase: RunPhase, progress: number): Promise<void>
  /** Training time so far in milliseconds, pauses left out. */
  clockMs(): number
  /** Pauses a run that is not paused, for a reason of its own that becomes an event; the next `proceed` waits for the user. */
  pause(kind: string, message: string): void
  /** A sentence for the run's events. */
  note(kind: string, message: string): void
}
