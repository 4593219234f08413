import type { Command } from 'commander'
import { checkConfig } from '../services/check-config.ts'
import { UserError } from '../util/assert.ts'
import { dryRunConfig, dryRunLines } from './dry-run.ts'
import { estimateConfig, estimateLines, memoryTable } from './estimate-lines.ts'
import { collect } from './options.ts'
import { printResult, warningLines } from './output.ts'
import { readRecipe } from './recipe.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

/** `check`: what a recipe would meet and take, without starting it. */
export function addCheckCommand(program: Command): void {
  common(program.command('check <recipe>'))
    .description(
      'Checks a recipe: settings that do not fit, combinations that cannot do what they say, memory, samples, time and disk.',
    )
    .option('--set <a.b=value>', 'changes one setting; may be repeated', collect, [])
    .option('--dry-run', 'samples, verifies and rewards three prompts as the run would')
    .action(async (recipe: string, options: CommonOptions & { set: readonly string[]; dryRun?: boolean }) => {
      const config = await readRecipe(recipe, options.set)
      const { issues, warnings, estimate } = await withStore(options, async (db) => {
        const checked = await checkConfig(db, config)
        return { ...checked, estimate: checked.issues.length === 0 ? await estimateConfig(db, config) : null }
      })
      const samples = options.dryRun && issues.length === 0 ? await dryRunConfig(config) : null
      printResult({ issues, warnings, ...estimate, ...(samples ? { samples } : {}) }, options, () =>
        [
          ...issues.map(({ path, message }) => `${path}: ${message}`),
          ...warningLines(warnings),
          ...(issues.length + warnings.length === 0 ? ['Everything fits.'] : []),
          ...(estimate ? ['', memoryTable(estimate.memory), ...estimateLines(estimate)] : []),
          ...dryRunLines(samples ?? []),
        ].join('\n'),
      )
      if (issues.length > 0)
        throw new UserError(`${issues.length === 1 ? 'One setting does' : `${issues.length} settings do`} not fit.`)
    })
}
