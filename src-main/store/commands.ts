import type { RunSummary } from '../../src-preload/contract/run.ts'
import { execute, oneRow, type ReadDb, sql, type WriteDb } from './sql.ts'

export type RunCommand = NonNullable<RunSummary['pending']>

/** What the user asked of a run and its trainer has not done yet. Cheap enough to ask several times a second. */
export function readCommand(db: ReadDb, runId: string): RunCommand | null {
  return oneRow<{ pending: RunCommand | null }>(db, sql`SELECT pending FROM runs WHERE id = ${runId}`)?.pending ?? null
}

/** Asks the trainer of a run for something; a later command takes the place of an earlier one, but stop stays. */
export function setCommand(db: WriteDb, runId: string, command: RunCommand): void {
  execute(db, sql`UPDATE runs SET pending = ${command} WHERE id = ${runId} AND pending IS NOT 'stop'`)
}

/** Called by the trainer once it has done a command. Leaves a newer, different one alone. */
export function clearCommand(db: WriteDb, runId: string, done: RunCommand): void {
  execute(db, sql`UPDATE runs SET pending = NULL WHERE id = ${runId} AND pending = ${done}`)
}
