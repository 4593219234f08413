/**
 * A process that estimates what a run will hold and do: the services ask it, because they keep the engine out of their own.
 * Reads `{config, paths, timed}` as JSON from standard input; writes `{estimate}` or `{message}`, a sentence for the user.
 */
import { text } from 'node:stream/consumers'
import { runConfigSchema } from '../src-preload/contract/config.ts'
import { estimateModel } from './rl/preflight.ts'
import { UserError } from './util/assert.ts'
import type { RunPaths } from './util/resources.ts'

interface Request {
  readonly config: unknown
  readonly paths: RunPaths
  readonly timed: boolean
}
const { config, paths, timed } = JSON.parse(await text(process.stdin)) as Request

try {
  process.stdout.write(JSON.stringify({ estimate: await estimateModel(runConfigSchema.parse(config), paths, timed) }))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.stdout.write(JSON.stringify({ message: error.message }))
}
