import { spawn } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { type Migration, migrate, migrations } from '../../src-main/store/migrate.ts'
import { openStore } from '../../src-main/store/open.ts'
import { createRun, listRuns } from '../../src-main/store/runs.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { storeFile, workspaceFolder } from '../../src-main/store/workspace.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { writeSampleRun } from '../helpers/sample-run.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const config = runConfigSchema.parse({})

function opened(workspace: string): WriteDb {
  const db = openStore(workspace, 'write')
  onTestFinished(() => void db.close())
  return db
}

test('a new store has the newest schema, strict tables and the settings that keep data safe', () => {
  const db = opened(join(temporaryFolder(), 'new', 'folder'))
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  const tables = db
    .prepare(
      "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'",
    )
    .all() as { name: string; strict: number }[]
  expect(tables.length).toBeGreaterThan(10)
  const loose = tables.filter(({ name, strict }) => strict === 0 && !name.startsWith('rollouts_text'))
  expect(loose).toEqual([])
})

test('a handle for reading cannot write', () => {
  const workspace = temporaryFolder()
  opened(workspace)
  const db = openStore(workspace, 'read')
  onTestFinished(() => void db.close())
  expect(() => createRun(db as WriteDb, { id: 'a', config, atMs: 0 })).toThrow('cannot be written')
})

/** The store a Quiver of an earlier version would have left. */
function storeOfVersion(workspace: string, version: number): Database.Database {
  const db = new Database(storeFile(workspace))
  migrate(db as unknown as WriteDb, migrations.slice(0, version))
  return db
}

test.each(migrations.map(({ version }) => version))('migration %i starts from the version before', (version) => {
  const workspace = temporaryFolder()
  storeOfVersion(workspace, version - 1).close()
  const db = opened(workspace)
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
  writeSampleRun(db, { steps: 2 })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
})

test('versions are numbered in order', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
})

test('a migration that fails leaves the version before, whole', () => {
  const db = opened(temporaryFolder())
  const version = migrations.length
  const broken: Migration[] = [
    ...migrations,
    { version: version + 1, statements: 'CREATE TABLE half (a INTEGER) STRICT' },
    { version: version + 2, statements: 'CREATE TABLE runs (a INTEGER) STRICT' },
  ]
  expect(() => migrate(db, broken)).toThrow('already exists')
  expect(db.pragma('user_version', { simple: true })).toBe(version)
  expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined()
})

test('a newer schema is refused and left alone', () => {
  const workspace = temporaryFolder()
  const db = storeOfVersion(workspace, migrations.length)
  db.pragma('user_version = 99')
  expect(() => openStore(workspace, 'write')).toThrow(
    /has schema version 99; this Quiver knows versions up to \d+\. Use a newer/,
  )
  expect(db.pragma('user_version', { simple: true })).toBe(99)
  db.close()
})

test('a file that is no database is refused and left alone', () => {
  const workspace = temporaryFolder()
  writeFileSync(storeFile(workspace), 'This is a diary, and it is longer than a page header of SQLite is.'.repeat(20))
  expect(() => openStore(workspace, 'write')).toThrow('is not a Quiver store')
})

test('a store whose pages are overwritten is a sentence, on opening or on reading', () => {
  const workspace = temporaryFolder()
  const db = openStore(workspace, 'write')
  writeSampleRun(db, { steps: 5 })
  db.close()
  const file = new Database(storeFile(workspace))
  const bytes = (file.pragma('page_count', { simple: true }) as number) * 4096
  file.close()
  truncateSync(storeFile(workspace), 4096)
  truncateSync(storeFile(workspace), bytes)
  expect(() => listRuns(opened(workspace))).toThrow(/quiver\.sqlite is damaged\. Move it away/)
})

test('a workspace that cannot be a folder is a sentence', () => {
  const workspace = join(temporaryFolder(), 'file')
  writeFileSync(workspace, '')
  expect(() => openStore(workspace, 'write')).toThrow(
    /The workspace folder .*file cannot be made \(.*\)\. Choose another/,
  )
})

test('a store file that cannot be opened is a sentence', () => {
  const workspace = temporaryFolder()
  mkdirSync(storeFile(workspace))
  expect(() => openStore(workspace, 'write')).toThrow('cannot be opened')
})

test('several processes may open a new store at once', async () => {
  const workspace = temporaryFolder()
  const program = `import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../src-main/store/open.ts'))}
    openStore(process.argv[1], 'write').close()`
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program, workspace], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  const codes = await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))))
  expect(codes).toEqual([0, 0, 0, 0])
})

test('the workspace is the option, else the environment, else the data folder', () => {
  expect(workspaceFolder('/a', { QUIVER_WORKSPACE: '/b' })).toBe('/a')
  expect(workspaceFolder(undefined, { QUIVER_WORKSPACE: '/b', XDG_DATA_HOME: '/c' })).toBe('/b')
  expect(workspaceFolder(undefined, { XDG_DATA_HOME: '/c' })).toBe('/c/quiver')
  expect(workspaceFolder(undefined, {})).toMatch(/\.local\/share\/quiver$/)
})
