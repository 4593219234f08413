import type { Command } from 'commander'
import { checkConfig } from '../services/check-config.ts'
import { UserError } from '../util/assert.ts'
import { estimateConfig, memoryLines } from './memory-lines.ts'
import { collect } from './options.ts'
import { printResult, warningLines } from './output.ts'
import { readRecipe } from './recipe.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

/** `check`: what a recipe would meet, without starting it. */
export function addCheckCommand(program: Command): void {
  common(program.command('check <recipe>'))
    .description('Checks a recipe: settings that do not fit, combinations that cannot do what they say, and memory.')
    .option('--set <a.b=value>', 'changes one setting; may be repeated', collect, [])
    .action(async (recipe: string, options: CommonOptions & { set: readonly string[] }) => {
      const config = await readRecipe(recipe, options.set)
      const { issues, warnings } = await withStore(options, (db) => checkConfig(db, config))
      const memory = issues.length === 0 ? await estimateConfig(config) : null
      printResult({ issues, warnings, memory }, options, () =>
        [
          ...issues.map(({ path, message }) => `${path}: ${message}`),
          ...warningLines(warnings),
          ...(issues.length + warnings.length === 0 ? ['Everything fits.'] : []),
          ...(memory ? ['', ...memoryLines(memory)] : []),
        ].join('\n'),
      )
      if (issues.length > 0)
        throw new UserError(`${issues.length === 1 ? 'One setting does' : `${issues.length} settings do`} not fit.`)
    })
}
