import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type RunConfig, runConfigSchema } from '../../src-preload/contract/config.ts'
import type { ModelEstimate, RunEstimate } from '../../src-preload/contract/estimate.ts'
import type { WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { nodeBinary } from '../util/node-binary.ts'
import { appFolder, runPaths } from '../util/resources.ts'
import { checkConfig } from './check-config.ts'
import { completeEstimate } from './run-estimate.ts'

/**
 * What a run of this config will take.
 * @throws UserError when the config does not fit or names what cannot be read.
 */
export async function estimateRun(db: WriteDb, input: unknown): Promise<RunEstimate> {
  const { config, issues } = await checkConfig(db, input)
  if (!config || issues[0]) throw new UserError(issues[0]?.message ?? 'The config does not fit.')
  return completeEstimate(db, config, (timed) => askOnce(config, timed))
}

/** The machine's rate by its threads: it is timed once as long as the services live. */
const rates = new Map<number | null, number>()

async function askOnce(config: RunConfig, timed: boolean): Promise<ModelEstimate> {
  const known = rates.get(config.threads)
  const answer = await askProcess(config, timed && known === undefined)
  if (answer.productRate !== null) rates.set(config.threads, answer.productRate)
  return timed && config.device === 'cpu' ? { ...answer, productRate: answer.productRate ?? known ?? null } : answer
}

async function askProcess(config: RunConfig, timed: boolean): Promise<ModelEstimate> {
  const child = spawn(nodeBinary(), [join(appFolder, 'src-main', 'preflight.ts')], {
    cwd: appFolder,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  child.stdin.end(JSON.stringify({ config: runConfigSchema.parse(config), paths: runPaths(config), timed }))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (output === '') throw new Error(`The estimate of the run failed: ${errors}`)
  const answer = JSON.parse(output) as { estimate: ModelEstimate } | { message: string }
  if ('message' in answer) throw new UserError(answer.message)
  return answer.estimate
}
