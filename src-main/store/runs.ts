import { randomInt } from 'node:crypto'
import { type RunConfig, runConfigSchema } from '../../src-preload/contract/config.ts'
import { isActive, type RunChanges, type RunDetail, type RunSummary } from '../../src-preload/contract/run.ts'
import { UserError } from '../util/assert.ts'
import { checkpoints } from './checkpoints.ts'
import { evaluations } from './evaluations.ts'
import { events } from './events.ts'
import { workspaceOf } from './open.ts'
import { leaveQueue } from './queue.ts'
import { type RunRow, statusOf, summaryOf } from './run-rows.ts'
import { allRows, execute, oneRow, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'
import { runFolder } from './workspace.ts'

/** A new run id: the name in lower-case letters, digits and dashes, and five random characters. */
export function newRunId(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '')
  const random = randomInt(36 ** 5)
    .toString(36)
    .padStart(5, '0')
  return `${slug || 'run'}-${random}`
}

export interface NewRun {
  readonly id: string
  readonly config: RunConfig
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** Waits at the end of the queue instead of starting. */
  readonly queue?: boolean
}

/** Records a run as starting, so that its trainer is expected to claim it within a minute, or as the last of the queue. */
export function createRun(db: WriteDb, { id, config, atMs, queue = false }: NewRun): void {
  execute(
    db,
    sql`INSERT INTO runs (id, name, tags, method, model, config, status, phase, phase_progress, step, steps,
          created_at_ms, updated_at_ms, elapsed_ms, queue_place)
        VALUES (${id}, ${config.name}, ${JSON.stringify(config.tags)}, ${config.method.name}, ${config.model},
          ${JSON.stringify(config)}, 'queued', 'starting', 0, 0, ${config.steps}, ${atMs}, ${atMs}, 0,
          iif(${Number(queue)}, (SELECT 1 + coalesce(max(queue_place), 0) FROM runs), NULL))`,
  )
}

/** The row of a run. Throws UserError when there is none of this id, or it was deleted. */
export function runRow(db: ReadDb, runId: string): RunRow {
  const row = oneRow<RunRow>(db, sql`SELECT * FROM runs WHERE id = ${runId} AND deleted_at_ms IS NULL`)
  if (!row) throw new UserError(`There is no run "${runId}" in ${workspaceOf(db)}. List the runs with: quiver runs`)
  return row
}

/** All runs that are not deleted, newest first. */
export function listRuns(db: ReadDb): RunSummary[] {
  const rows = allRows<RunRow>(db, sql`SELECT * FROM runs WHERE deleted_at_ms IS NULL ORDER BY created_at_ms DESC, id`)
  return rows.map((row) => summaryOf(db, row))
}

export const runSummary = (db: ReadDb, runId: string): RunSummary => summaryOf(db, runRow(db, runId))

/** The config of a run; settings that are newer than the run have their defaults. */
export function runConfig(db: ReadDb, runId: string): RunConfig {
  return runConfigSchema.parse(JSON.parse(runRow(db, runId).config))
}

/** A run with its config, folder, events, checkpoints and evaluations. */
export function getRun(db: ReadDb, runId: string): RunDetail {
  const row = runRow(db, runId)
  return {
    summary: summaryOf(db, row),
    config: JSON.parse(row.config) as RunConfig,
    folder: runFolder(workspaceOf(db), runId),
    events: events(db, runId),
    checkpoints: checkpoints(db, runId),
    evaluations: evaluations(db, runId),
  }
}

/** Revision of every run that is not deleted: it grows whenever anything of the run's row changes. */
export function runRevisions(db: ReadDb): Map<string, { revision: number; sequence: number }> {
  const rows = allRows<{ id: string; revision: number; sequence: number }>(
    db,
    sql`SELECT id, revision, sequence FROM runs WHERE deleted_at_ms IS NULL`,
  )
  return new Map(rows.map(({ id, ...counters }) => [id, counters]))
}

/** Removes a run and all its rows, hidden or not. Throws UserError while it is active. */
export function deleteRun(db: WriteDb, runId: string): void {
  transaction(db, () => {
    const row = oneRow<RunRow>(db, sql`SELECT * FROM runs WHERE id = ${runId}`)
    if (row) refuseActive(row)
    execute(db, sql`DELETE FROM runs WHERE id = ${runId}`)
  })
}

/** Changes name, tags, notes or pin of a run. Throws UserError when there is none of this id. */
export function changeRun(db: WriteDb, runId: string, changes: RunChanges): void {
  const { name, tags, notes, pinned } = runRow(db, runId)
  const next = { name, notes, ...defined(changes) }
  execute(
    db,
    sql`UPDATE runs SET name = ${next.name}, notes = ${next.notes},
          tags = ${changes.tags ? JSON.stringify([...new Set(changes.tags)]) : tags},
          pinned = ${Number(changes.pinned ?? pinned === 1)}
        WHERE id = ${runId}`,
  )
}

const defined = ({ name, notes }: RunChanges): { name?: string; notes?: string } => ({
  ...(name === undefined ? {} : { name }),
  ...(notes === undefined ? {} : { notes }),
})

function refuseActive(row: RunRow): void {
  const status = statusOf(row)
  if (isActive(status)) throw new UserError(`The run "${row.name}" is ${status}. Stop it before deleting it.`)
}

/** Hides a run until it is restored or swept away; a queued one leaves the queue. Throws UserError while it is active. */
export function hideRun(db: WriteDb, runId: string, atMs: number): void {
  transaction(db, () => {
    const row = runRow(db, runId)
    refuseActive(row)
    if (row.queue_place !== null) leaveQueue(db, runId, atMs)
    execute(db, sql`UPDATE runs SET deleted_at_ms = ${atMs} WHERE id = ${runId}`)
  })
}

/** Brings a hidden run back. Throws UserError when it is gone. */
export function restoreRun(db: WriteDb, runId: string): void {
  const { changes } = execute(db, sql`UPDATE runs SET deleted_at_ms = NULL WHERE id = ${runId}`)
  if (changes === 0) throw new UserError(`The run "${runId}" cannot be brought back: its files are gone.`)
}

/** Runs that were hidden before a moment, milliseconds since the epoch. */
export function runsHiddenBefore(db: ReadDb, atMs: number): string[] {
  return allRows<{ id: string }>(db, sql`SELECT id FROM runs WHERE deleted_at_ms < ${atMs}`).map(({ id }) => id)
}
