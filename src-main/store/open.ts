import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { storeError } from './errors.ts'
import { migrate } from './migrate.ts'
import type { ReadDb, WriteDb } from './sql.ts'
import { makeWorkspace, storeFile } from './workspace.ts'

const busyTimeoutMs = 5000

export function openStore(workspace: string, access: 'read'): ReadDb
export function openStore(workspace: string, access: 'write'): WriteDb
/**
 * Opens `<workspace>/quiver.sqlite`, making the folder and the newest schema where they are missing.
 * Several processes may open one store at once. Throws UserError when the folder cannot be written, the disk is full,
 * the file is no store, or a newer Quiver made it.
 */
export function openStore(workspace: string, access: 'read' | 'write'): ReadDb | WriteDb {
  makeWorkspace(workspace)
  const file = storeFile(workspace)
  let db: WriteDb | undefined
  try {
    db = new Database(file, { timeout: busyTimeoutMs }) as unknown as WriteDb
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    migrate(db)
    if (access === 'read') db.pragma('query_only = ON')
    return db
  } catch (error) {
    db?.close()
    throw storeError(error, file)
  }
}

/** The workspace a store belongs to. */
export const workspaceOf = (db: ReadDb): string => dirname(db.name)
