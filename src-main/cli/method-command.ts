import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { parse } from 'yaml'
import { runMethod } from '../rl/method-command.ts'
import { UserError } from '../util/assert.ts'
import { collect } from './options.ts'
import { fixed, printResult, table } from './output.ts'

/** `method`: what a method does to a batch of given numbers. */
export function addMethodCommand(program: Command): void {
  program
    .command('method <name>')
    .description('Loss, per-token gradients, classes, clips and metrics of a method on a batch file.')
    .requiredOption(
      '--batch <file>',
      'JSON: old_log_prob, log_prob, ref_log_prob, entropy, mask, rewards or advantages, groups',
    )
    .option('--set <key=value>', 'one option of the method; may be repeated', collect, [])
    .option('--json', 'one JSON object')
    .action(async (name: string, options: { batch: string; set: readonly string[]; json?: boolean }) => {
      const settings = options.set.map((setting) => setting.split(/=(.*)/s, 2) as [string, string | undefined])
      const bad = settings.find(([, value]) => value === undefined)
      if (bad) throw new UserError(`--set takes key=value, got "${bad[0]}". Example: --set epsilon_high=0.28`)
      const overrides = Object.fromEntries(settings.map(([key, value]) => [key, parse(value ?? '') as unknown]))
      const report = runMethod(name, await readBatch(options.batch), overrides)
      printResult(report, options, ({ loss, metrics }) =>
        table(Object.entries({ loss, ...metrics }), { name: ([key]) => key, value: ([, value]) => fixed(value, 6) }),
      )
    })
}

async function readBatch(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`The batch file ${path} cannot be read (${error.message}).`)
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: ${error instanceof Error ? error.message : error}`)
  }
}
