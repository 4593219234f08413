import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type RunConfig, runConfigSchema } from '../../src-preload/contract/config.ts'
import type { MemoryEstimate } from '../../src-preload/contract/preflight.ts'
import type { WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { nodeBinary } from '../util/node-binary.ts'
import { appFolder, resolveDataset, resolveModel } from '../util/resources.ts'
import { checkConfig } from './check-config.ts'

/**
 * What a run of this config will hold in memory.
 * @throws UserError when the config does not fit or names what cannot be read.
 */
export async function estimateRun(db: WriteDb, input: unknown): Promise<MemoryEstimate> {
  const { config, issues } = await checkConfig(db, input)
  if (!config || issues[0]) throw new UserError(issues[0]?.message ?? 'The config does not fit.')
  return askProcess(config)
}

async function askProcess(config: RunConfig): Promise<MemoryEstimate> {
  const child = spawn(nodeBinary(), [join(appFolder, 'src-main', 'preflight.ts')], {
    cwd: appFolder,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const paths = { model: resolveModel(config.model), train: resolveDataset(config.data.train) }
  child.stdin.end(JSON.stringify({ config: runConfigSchema.parse(config), paths }))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (output === '') throw new Error(`The estimate of the run's memory failed: ${errors}`)
  const answer = JSON.parse(output) as { estimate: MemoryEstimate } | { message: string }
  if ('message' in answer) throw new UserError(answer.message)
  return answer.estimate
}
