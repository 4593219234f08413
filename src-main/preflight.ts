/**
 * A process that estimates what a run will hold: the services ask it, because they keep the engine out of their own.
 * Reads `{config, paths}` as JSON from standard input; writes `{estimate}` or `{message}`, a sentence for the user.
 */
import { text } from 'node:stream/consumers'
import { runConfigSchema } from '../src-preload/contract/config.ts'
import { estimateMemory } from './rl/preflight.ts'
import { UserError } from './util/assert.ts'

const { config, paths } = JSON.parse(await text(process.stdin)) as { config: unknown; paths: Paths }
type Paths = Parameters<typeof estimateMemory>[1]

try {
  process.stdout.write(JSON.stringify({ estimate: await estimateMemory(runConfigSchema.parse(config), paths) }))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.stdout.write(JSON.stringify({ message: error.message }))
}
