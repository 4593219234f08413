/** What the app knows of dataset and model files it has read, kept until the file changes. */
import type { DatasetInfo } from '../../src-preload/contract/dataset.ts'
import type { ModelInfo } from '../../src-preload/contract/model.ts'
import { execute, oneRow, type ReadDb, sql, type WriteDb } from './sql.ts'

/** State of a file on disk; a cached row counts only while both are as they were. */
export interface FileStamp {
  readonly bytes: number
  readonly modifiedAtMs: number
}

export function cachedDataset(db: ReadDb, reference: string, stamp: FileStamp): DatasetInfo | undefined {
  return oneRow<DatasetInfo>(
    db,
    sql`SELECT reference, name, rows, duplicates FROM datasets
        WHERE reference = ${reference} AND bytes = ${stamp.bytes} AND modified_at_ms = ${stamp.modifiedAtMs}`,
  )
}

export function cacheDataset(db: WriteDb, info: DatasetInfo, stamp: FileStamp): void {
  execute(
    db,
    sql`INSERT OR REPLACE INTO datasets (reference, name, rows, duplicates, bytes, modified_at_ms)
        VALUES (${info.reference}, ${info.name}, ${info.rows}, ${info.duplicates}, ${stamp.bytes}, ${stamp.modifiedAtMs})`,
  )
}

export function cachedModel(db: ReadDb, reference: string, stamp: FileStamp): ModelInfo | undefined {
  return oneRow<ModelInfo>(
    db,
    sql`SELECT reference, name, architecture, parameters, bytes FROM models
        WHERE reference = ${reference} AND bytes = ${stamp.bytes} AND modified_at_ms = ${stamp.modifiedAtMs}`,
  )
}

export function cacheModel(db: WriteDb, info: ModelInfo, stamp: FileStamp): void {
  execute(
    db,
    sql`INSERT OR REPLACE INTO models (reference, name, architecture, parameters, bytes, modified_at_ms)
        VALUES (${info.reference}, ${info.name}, ${info.architecture}, ${info.parameters}, ${info.bytes}, ${stamp.modifiedAtMs})`,
  )
}
