import { UserError } from '../util/assert.ts'
import { migration0001 } from './migrations/0001-runs.ts'
import { migration0002 } from './migrations/0002-semantic-entropy.ts'
import { migration0003 } from './migrations/0003-metric-columns.ts'
import { migration0004 } from './migrations/0004-token-entropies.ts'
import { migration0005 } from './migrations/0005-run-notes.ts'
import { migration0006 } from './migrations/0006-queue.ts'
import { migration0007 } from './migrations/0007-hidden-passes.ts'
import { migration0008 } from './migrations/0008-run-device.ts'
import { migration0009 } from './migrations/0009-token-classes.ts'
import type { WriteDb } from './sql.ts'

/** One numbered step of the schema: the statements that lead from the version before to this one. */
export interface Migration {
  readonly version: number
  readonly statements: string
  /** What SQL alone cannot do; runs after the statements, in the same transaction. */
  readonly finish?: (db: WriteDb) => void
}

/** In order; the position of each is its version. */
export const migrations: readonly Migration[] = [
  migration0001,
  migration0002,
  migration0003,
  migration0004,
  migration0005,
  migration0006,
  migration0007,
  migration0008,
  migration0009,
]

const versionOf = (db: WriteDb): number => db.pragma('user_version', { simple: true }) as number

/**
 * Brings a store to the newest schema. All steps are one transaction that takes the write lock first, so that several
 * processes may open a new or old store at once. Throws UserError when the store is of a newer version.
 */
export function migrate(db: WriteDb, steps: readonly Migration[] = migrations): void {
  const newest = steps.length
  if (versionOf(db) === newest) return
  db.transaction(() => {
    const version = versionOf(db)
    if (version > newest)
      throw new UserError(
        `${db.name} has schema version ${version}; this Quiver knows versions up to ${newest}. Use a newer Quiver.`,
      )
    for (const step of steps.slice(version)) {
      db.exec(step.statements)
      step.finish?.(db)
      db.pragma(`user_version = ${step.version}`)
    }
  }).immediate()
}
