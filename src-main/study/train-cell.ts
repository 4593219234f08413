import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunConfig } from '../../src-preload/contract/config.ts'
import { isActive } from '../../src-preload/contract/run.ts'
import { workspaceOf } from '../store/open.ts'
import { expectTrainer, reconcileRuns } from '../store/ownership.ts'
import { createRun, listRuns, runSummary } from '../store/runs.ts'
import type { WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { appFolder } from '../util/resources.ts'

const pollMs = 500

/**
 * Trains a run of this id to its end: makes it, goes on with it where an earlier study was ended, or waits for a trainer
 * that outlived one. Throws UserError when the trainer fails or is stopped.
 */
export async function trainCell(db: WriteDb, id: string, config: RunConfig): Promise<void> {
  reconcileRuns(db)
  const known = listRuns(db).find((run) => run.id === id)
  if (known && isActive(known.status)) await untilIdle(db, id)
  if (!known) createRun(db, { id, config, atMs: Date.now() })
  if (runSummary(db, id).status === 'finished') return
  if (known) expectTrainer(db, id, Date.now())
  await runTrainer(workspaceOf(db), id)
  reconcileRuns(db)
  const { status, message } = runSummary(db, id)
  if (status !== 'finished') throw new UserError(`The run "${id}" is ${status}. ${message ?? 'Start the study again.'}`)
}

async function untilIdle(db: WriteDb, id: string): Promise<void> {
  while (isActive(runSummary(db, id).status)) {
    await sleep(pollMs)
    reconcileRuns(db)
  }
}

/** In this process's session, so that an interrupt and a priority reach the trainer too. */
function runTrainer(workspace: string, id: string): Promise<void> {
  const script = join(appFolder, 'src-main', 'trainer.ts')
  const child = spawn(process.execPath, [script, '--data', workspace, '--run', id], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
}
