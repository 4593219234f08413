/** Runs of the real trainer process in a workspace that is removed afterwards. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { openStore } from '../../src-main/store/open.ts'
import { createRun } from '../../src-main/store/runs.ts'
import { longRunFlags } from '../../src-main/util/node-binary.ts'
import { appFolder } from '../../src-main/util/resources.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'

/** Trains a config to its end; returns the metrics by name, one number per step. */
export async function trainedMetrics(config: RunConfigInput): Promise<Readonly<Record<string, readonly number[]>>> {
  const workspace = await mkdtemp(join(tmpdir(), 'quiver-bench-run-'))
  const db = openStore(workspace, 'write')
  try {
    createRun(db, { id: 'bench', config: runConfigSchema.parse(config), atMs: Date.now() })
    const words = [...longRunFlags, join(appFolder, 'src-main', 'trainer.ts'), '--data', workspace, '--run', 'bench']
    const trainer = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
    const code = await new Promise((resolve) => trainer.once('exit', resolve))
    if (code !== 0) throw new Error(`The trainer of the bench ended with code ${code}.`)
    return metricSeries(db, { id: 'bench', afterStep: 0 }).values as Record<string, number[]>
  } finally {
    db.close()
    await rm(workspace, { recursive: true, force: true })
  }
}
