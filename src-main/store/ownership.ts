import { isActive, type RunStatus } from '../../src-preload/contract/run.ts'
import { UserError } from '../util/assert.ts'
import { isProcessAlive } from '../util/process.ts'
import { recordEvent } from './events.ts'
import { leaveForTrainer } from './queue.ts'
import { lastCheckpointStep, type RunRow, statusOf } from './run-rows.ts'
import { runRow } from './runs.ts'
import { allRows, execute, oneRow, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'

/** A heartbeat older than this counts as a death where a process has no start time to tell it by. */
const heartbeatLimitMs = 30_000
/** A starting run whose trainer has not come up after this long never will. */
const startLimitMs = 60_000
const notStarted = 'The trainer did not start. Its log says why; resume the run to try again.'

export interface Claim {
  readonly pid: number
  /** From util/process.ts; null where the system does not tell. */
  readonly processStartTime: string | null
  readonly atMs: number
}

function ownerLives(row: RunRow, atMs: number): boolean {
  if (row.owner_pid === null || !isProcessAlive(row.owner_pid, row.owner_start_time)) return false
  return row.owner_start_time !== null || atMs - (row.heartbeat_at_ms ?? 0) < heartbeatLimitMs
}

/**
 * Makes the calling process the run's trainer and the run `running`. A command that is already pending stays pending.
 * Throws UserError when another live process has it or the run is finished.
 */
export function claimRun(db: WriteDb, runId: string, { pid, processStartTime, atMs }: Claim): void {
  transaction(db, () => {
    const row = runRow(db, runId)
    if (row.status === 'finished') throw new UserError(`The run "${row.name}" is finished: no step is left to do.`)
    if (row.owner_pid !== pid && isActive(statusOf(row)) && ownerLives(row, atMs))
      throw new UserError(`The run "${row.name}" already trains in process ${row.owner_pid}. Stop it there first.`)
    if (row.queue_place !== null) leaveForTrainer(db, runId, atMs)
    execute(
      db,
      sql`UPDATE runs SET status = 'running', phase = 'starting', phase_progress = 0, message = NULL, ended_at_ms = NULL,
            owner_pid = ${pid}, owner_start_time = ${processStartTime}, heartbeat_at_ms = ${atMs}, updated_at_ms = ${atMs}
          WHERE id = ${runId}`,
    )
  })
}

export interface Release {
  /** What the run is from now on. */
  readonly status: RunStatus
  /** A sentence, for a run that failed. */
  readonly message?: string
  readonly atMs: number
}

/** Gives the run up: it has no trainer any more, and no command waits. */
export function releaseRun(db: WriteDb, runId: string, { status, message, atMs }: Release): void {
  transaction(db, () => {
    execute(
      db,
      sql`UPDATE runs SET status = ${status}, phase = 'idle', phase_progress = 0, pending = NULL, eta_ms = NULL,
            message = ${message ?? null}, ended_at_ms = ${atMs}, updated_at_ms = ${atMs},
            owner_pid = NULL, owner_start_time = NULL, heartbeat_at_ms = NULL
          WHERE id = ${runId}`,
    )
    const { step } = runRow(db, runId)
    recordEvent(db, { runId, atMs, step, kind: status, message: message ?? `The run is ${status}.` })
  })
}

/** Makes a run that has no trainer `starting`, for a trainer about to start. Throws UserError when it has one or is finished. */
export function expectTrainer(db: WriteDb, runId: string, atMs: number): void {
  transaction(db, () => {
    const row = runRow(db, runId)
    const status = statusOf(row)
    if (isActive(status)) throw new UserError(`The run "${row.name}" is ${status}: it has not stopped.`)
    if (status === 'finished') throw new UserError(`The run "${row.name}" is finished: no step is left to do.`)
    leaveForTrainer(db, runId, atMs)
  })
}

/**
 * Marks every active run whose trainer is dead as interrupted, and returns their ids. A starting run has a minute to get
 * its trainer; a queued one waits for as long as it takes.
 */
export function reconcileRuns(db: WriteDb, atMs: number = Date.now()): string[] {
  if (deadRuns(db, atMs).length === 0) return []
  return transaction(db, () => {
    // Read again under the write lock: a trainer may have claimed or released a run since.
    const dead = deadRuns(db, atMs)
    for (const row of dead) {
      const message = deathMessage(row, lastCheckpointStep(db, row.id))
      releaseRun(db, row.id, { status: 'interrupted', message, atMs })
    }
    return dead.map((row) => row.id)
  })
}

/** Marks a run whose trainer ended before it ever claimed it as failed. Does nothing to a run that was claimed. */
export function abandonRun(db: WriteDb, runId: string, atMs: number): void {
  transaction(db, () => {
    const row = oneRow<RunRow>(db, sql`SELECT * FROM runs WHERE id = ${runId}`)
    if (!row || statusOf(row) !== 'starting' || row.owner_pid !== null) return
    releaseRun(db, runId, { status: 'failed', message: notStarted, atMs })
  })
}

function deadRuns(db: ReadDb, atMs: number): RunRow[] {
  const rows = allRows<RunRow>(
    db,
    sql`SELECT * FROM runs WHERE status IN ('queued', 'running', 'paused', 'stopping') AND queue_place IS NULL`,
  )
  return rows.filter((row) =>
    row.status === 'queued' && row.owner_pid === null
      ? atMs - row.updated_at_ms > startLimitMs
      : !ownerLives(row, atMs),
  )
}

function deathMessage({ owner_pid: pid, step }: RunRow, checkpointStep: number | null): string {
  if (pid === null) return notStarted
  if (checkpointStep !== null)
    return `The trainer (process ${pid}) died at step ${step}. Its log may say why; resume the run to go on from the checkpoint of step ${checkpointStep}.`
  return step === 0
    ? `The trainer (process ${pid}) died at step ${step}. Its log may say why; resume the run to try again.`
    : `The trainer (process ${pid}) died at step ${step}. Its log may say why; it has no checkpoint yet, so resuming it starts over.`
}
