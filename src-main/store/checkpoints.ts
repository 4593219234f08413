import { isAbsolute, relative, resolve } from 'node:path'
import type { CheckpointInfo } from '../../src-preload/contract/run.ts'
import { workspaceOf } from './open.ts'
import { allRows, execute, type ReadDb, sql, type WriteDb } from './sql.ts'

export interface NewCheckpoint {
  readonly runId: string
  readonly step: number
  readonly folder: string
  readonly atMs: number
  readonly bytes: number
}

/** Records a checkpoint folder that is complete on disk. */
export function recordCheckpoint(db: WriteDb, { runId, step, folder, atMs, bytes }: NewCheckpoint): void {
  const inside = relative(workspaceOf(db), resolve(folder))
  const stored = inside.startsWith('..') || isAbsolute(inside) ? resolve(folder) : inside
  execute(
    db,
    sql`INSERT OR REPLACE INTO checkpoints (run_id, step, folder, created_at_ms, bytes)
        VALUES (${runId}, ${step}, ${stored}, ${atMs}, ${bytes})`,
  )
}

/** Forgets a checkpoint whose folder is gone. */
export function removeCheckpoint(db: WriteDb, runId: string, step: number): void {
  execute(db, sql`DELETE FROM checkpoints WHERE run_id = ${runId} AND step = ${step}`)
}

/** A run's checkpoints by step, with absolute folders. */
export function checkpoints(db: ReadDb, runId: string): CheckpointInfo[] {
  const rows = allRows<CheckpointInfo>(
    db,
    sql`SELECT step, folder, created_at_ms AS createdAtMs, bytes FROM checkpoints WHERE run_id = ${runId} ORDER BY step`,
  )
  return rows.map((row) => ({ ...row, folder: resolve(workspaceOf(db), row.folder) }))
}
