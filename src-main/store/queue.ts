/** The queue: runs that wait for their turn, in the order of their places. Places are 1, 2, … without a gap. */
import type { DeviceId } from '../../src-preload/contract/device.ts'
import { isResumable } from '../../src-preload/contract/run.ts'
import { UserError } from '../util/assert.ts'
import { giveDevice } from './cards.ts'
import { type RunRow, statusOf } from './run-rows.ts'
import { allRows, execute, oneRow, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'

const queuedQuery = sql`SELECT id FROM runs WHERE queue_place IS NOT NULL ORDER BY queue_place`

/** Ids of the queued runs, the next one first. */
export const queuedRuns = (db: ReadDb): string[] => allRows<{ id: string }>(db, queuedQuery).map(({ id }) => id)

/** Gives the runs the places 1, 2, … in this order; rows whose place stays are not touched. */
function numberPlaces(db: WriteDb, ids: readonly string[]): void {
  for (const [index, id] of ids.entries())
    execute(db, sql`UPDATE runs SET queue_place = ${index + 1} WHERE id = ${id} AND queue_place IS NOT ${index + 1}`)
}

/** Puts a run that can be resumed at the end of the queue. Throws UserError for any other. */
export function enterQueue(db: WriteDb, runId: string, atMs: number): void {
  transaction(db, () => {
    const row = queueRow(db, runId)
    const status = statusOf(row)
    if (!isResumable(status))
      throw new UserError(
        `The run "${row.name}" is ${status}. Only a stopped, failed or interrupted run can wait to go on; queue a new run of its config instead.`,
      )
    execute(
      db,
      sql`UPDATE runs SET status = 'queued', phase = 'idle', phase_progress = 0, pending = NULL, message = NULL,
            ended_at_ms = NULL, updated_at_ms = ${atMs}, owner_pid = NULL, owner_start_time = NULL, heartbeat_at_ms = NULL,
            queue_place = (SELECT 1 + coalesce(max(queue_place), 0) FROM runs)
          WHERE id = ${runId}`,
    )
  })
}

/** Takes a queued run out of the queue: it is stopped at the step it has, and can be resumed. */
export function leaveQueue(db: WriteDb, runId: string, atMs: number): void {
  transaction(db, () => {
    requireQueued(queueRow(db, runId))
    execute(
      db,
      sql`UPDATE runs SET status = 'stopped', phase = 'idle', queue_place = NULL, updated_at_ms = ${atMs} WHERE id = ${runId}`,
    )
    numberPlaces(db, queuedRuns(db))
  })
}

/** Moves a queued run to a place, from 1; a place past the end is the end. */
export function moveInQueue(db: WriteDb, runId: string, place: number): void {
  transaction(db, () => {
    requireQueued(queueRow(db, runId))
    const others = queuedRuns(db).filter((id) => id !== runId)
    numberPlaces(db, others.toSpliced(Math.max(0, place - 1), 0, runId))
  })
}

interface Room {
  readonly maxActiveRuns: number
  /** Cards that can be used here. */
  readonly cards: readonly DeviceId[]
}

/**
 * Lets the next queued run whose device is free leave the queue for its trainer, and returns its id; null when none waits or
 * as many runs as may be are active. One transaction: of several processes that ask, one gets the run.
 */
export function takeNextRun(db: WriteDb, { maxActiveRuns, cards }: Room, atMs: number): string | null {
  if (queuedRuns(db).length === 0) return null
  return transaction(db, () => {
    if (activeRuns(db) >= maxActiveRuns) return null
    const next = queuedRuns(db).find((id) => giveDevice(db, id, cards))
    if (next === undefined) return null
    leaveForTrainer(db, next, atMs)
    return next
  })
}

/** Makes a run `starting`: it is in no queue, and a trainer is expected to claim it within a minute. */
export function leaveForTrainer(db: WriteDb, runId: string, atMs: number): void {
  execute(
    db,
    sql`UPDATE runs SET status = 'queued', phase = 'starting', phase_progress = 0, pending = NULL, message = NULL,
          ended_at_ms = NULL, updated_at_ms = ${atMs}, owner_pid = NULL, owner_start_time = NULL, heartbeat_at_ms = NULL,
          queue_place = NULL
        WHERE id = ${runId}`,
  )
  numberPlaces(db, queuedRuns(db))
}

/** How many runs are starting, running, paused or stopping. */
const activeRuns = (db: ReadDb): number =>
  oneRow<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM runs
        WHERE status IN ('queued', 'running', 'paused', 'stopping') AND queue_place IS NULL AND deleted_at_ms IS NULL`,
  )!.count

type QueueRow = Pick<RunRow, 'name' | 'status' | 'queue_place'>

function queueRow(db: ReadDb, runId: string): QueueRow {
  const row = oneRow<QueueRow>(
    db,
    sql`SELECT name, status, queue_place FROM runs WHERE id = ${runId} AND deleted_at_ms IS NULL`,
  )
  if (!row) throw new UserError(`There is no run "${runId}". List the runs with: quiver runs`)
  return row
}

function requireQueued(row: QueueRow): void {
  if (row.queue_place === null)
    throw new UserError(`The run "${row.name}" is ${statusOf(row)}: it is not in the queue.`)
}
