import type { Command } from 'commander'
import { openStore } from '../store/open.ts'
import { reconcileRuns } from '../store/ownership.ts'
import type { WriteDb } from '../store/sql.ts'
import { workspaceFolder } from '../store/workspace.ts'

export interface CommonOptions {
  readonly data?: string
  readonly json?: boolean
}

/** The options of every command that works in a workspace. */
export const common = (command: Command): Command =>
  command
    .option('--data <folder>', 'workspace folder (default: QUIVER_WORKSPACE or the user data folder)')
    .option('--json', 'machine-readable output')

/** Opens the workspace for one command; dead trainers are noticed first. */
export async function withStore<Result>(
  options: CommonOptions,
  work: (db: WriteDb) => Result | Promise<Result>,
): Promise<Result> {
  const db = openStore(workspaceFolder(options.data), 'write')
  try {
    reconcileRuns(db)
    return await work(db)
  } finally {
    db.close()
  }
}
