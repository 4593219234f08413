import type { RunPhase, RunStatus } from '../../src-preload/contract/run.ts'
import { execute, sql, type WriteDb } from './sql.ts'

export interface Progress {
  /** Unchanged where absent. */
  readonly status?: RunStatus
  readonly phase: RunPhase
  /** Done part of the phase, 0 to 1. */
  readonly phaseProgress: number
  /** Training time so far without pauses. */
  readonly elapsedMs: number
  readonly atMs: number
  /** Why the run paused itself; null or absent where it did not. */
  readonly message?: string | null
}

/** Says where a run is, and that its trainer lives. One small write. */
export function updateProgress(db: WriteDb, runId: string, progress: Progress): void {
  const { status = null, phase, phaseProgress, elapsedMs, atMs, message = null } = progress
  execute(
    db,
    sql`UPDATE runs SET status = coalesce(${status}, status), phase = ${phase}, message = ${message}, phase_progress = ${phaseProgress},
          elapsed_ms = ${Math.round(elapsedMs)}, heartbeat_at_ms = ${atMs}, updated_at_ms = ${atMs}
        WHERE id = ${runId}`,
  )
}
