import type { Database, Statement } from 'better-sqlite3'
import { storeError } from './errors.ts'

declare const readable: unique symbol
declare const writable: unique symbol

/** A handle that functions may read through. */
export type ReadDb = Database & { readonly [readable]: true }
/** A handle that functions may write through; it reads as well. */
export type WriteDb = ReadDb & { readonly [writable]: true }

type Bound = string | number | bigint | Uint8Array | null

/** A statement with its bound parameters. */
export interface Query {
  readonly text: string
  readonly parameters: readonly Bound[]
}

/** Writes a query as a template; every `${value}` becomes a bound parameter, never text. */
export function sql(strings: TemplateStringsArray, ...parameters: Bound[]): Query {
  return { text: strings.join('?'), parameters }
}

// Statement texts are literals of this folder, so each handle prepares a bounded number of them.
const prepared = new WeakMap<Database, Map<string, Statement>>()

function prepare(db: ReadDb, text: string): Statement {
  const statements = prepared.get(db) ?? new Map<string, Statement>()
  prepared.set(db, statements)
  const statement = statements.get(text) ?? db.prepare(text)
  statements.set(text, statement)
  return statement
}

/** All rows. `Row` must be the shape the query selects. */
export function allRows<Row>(db: ReadDb, { text, parameters }: Query): Row[] {
  return guarded(db, () => prepare(db, text).all(...parameters) as Row[])
}

/** The first row, or undefined. */
export function oneRow<Row>(db: ReadDb, { text, parameters }: Query): Row | undefined {
  return guarded(db, () => prepare(db, text).get(...parameters) as Row | undefined)
}

/** Runs a statement that writes; returns the number of changed rows and the id of an inserted one. */
export function execute(db: WriteDb, { text, parameters }: Query): { changes: number; insertedId: number } {
  return guarded(db, () => {
    const { changes, lastInsertRowid } = prepare(db, text).run(...parameters)
    return { changes, insertedId: Number(lastInsertRowid) }
  })
}

/** Everything in `work` or nothing of it. Takes the write lock at once, so a reader never has to upgrade and fail. */
export function transaction<Result>(db: WriteDb, work: () => Result): Result {
  return guarded(db, () => db.transaction(work).immediate())
}

/** The query plan as SQLite words it: for tests that hold hot queries to their index. */
export function queryPlan(db: ReadDb, { text, parameters }: Query): string {
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...parameters) as { detail: string }[]
  return rows.map((row) => row.detail).join('\n')
}

function guarded<Result>(db: ReadDb, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storeError(error, db.name)
  }
}
