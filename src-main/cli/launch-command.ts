import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import {
  type LaunchCommand,
  type LaunchDialect,
  launchCommand,
  launchDialects,
} from '../interop/launch/launch-command.ts'
import { UserError } from '../util/assert.ts'
import { collect } from './options.ts'
import { printResult, table } from './output.ts'
import { readRecipe } from './recipe.ts'

interface LaunchOptions {
  readonly for: LaunchDialect
  readonly set: readonly string[]
  readonly out?: string
  readonly json?: boolean
}

/** `launch`: a recipe as the command of another trainer. */
export function addLaunchCommand(program: Command): void {
  program
    .command('launch <recipe>')
    .description('Prints the command that starts the like training with verl or TRL, and what does not carry over.')
    .addOption(new Option('--for <trainer>', 'whose command').choices(launchDialects).default('verl'))
    .option('--set <a.b=value>', 'changes one setting; may be repeated', collect, [])
    .option('--out <file.sh>', 'writes the command to a script')
    .option('--json', 'one JSON object')
    .action(async (recipe: string, options: LaunchOptions) => {
      const result = launchCommand(await readRecipe(recipe, options.set), options.for)
      if (options.out) await writeScript(options.out, result.command)
      printResult(result, options, () => report(result))
    })
}

async function writeScript(path: string, command: string): Promise<void> {
  await writeFile(path, `#!/usr/bin/env bash\nset -euo pipefail\n\n${command}\n`, { flag: 'wx' }).catch(
    (error: Error) => {
      throw new UserError(`${path} cannot be written (${error.message}). Name a file that is not there yet.`)
    },
  )
}

function report({ command, lost }: LaunchCommand): string {
  if (lost.length === 0) return `${command}\n\nEverything carries over.`
  const columns = {
    setting: ({ path }: LaunchCommand['lost'][number]) => path,
    here: ({ value }: LaunchCommand['lost'][number]) => JSON.stringify(value),
    there: ({ becomes }: LaunchCommand['lost'][number]) => (becomes === null ? '–' : JSON.stringify(becomes)),
  }
  return [command, '', 'Does not carry over:', table(lost, columns)].join('\n')
}
