import type { RunEvent } from '../../src-preload/contract/run.ts'
import { allRows, execute, type ReadDb, sql, type WriteDb } from './sql.ts'

export interface NewEvent {
  readonly runId: string
  readonly atMs: number
  readonly step: number
  readonly kind: string
  readonly message: string
}

/** Adds a line to a run's history. */
export function recordEvent(db: WriteDb, { runId, atMs, step, kind, message }: NewEvent): void {
  execute(
    db,
    sql`INSERT INTO run_events (run_id, at_ms, step, kind, message)
        VALUES (${runId}, ${atMs}, ${step}, ${kind}, ${message})`,
  )
}

/** A run's history, oldest first. */
export function events(db: ReadDb, runId: string): RunEvent[] {
  return allRows<RunEvent>(
    db,
    sql`SELECT at_ms AS atMs, step, kind, message FROM run_events WHERE run_id = ${runId} ORDER BY id`,
  )
}
