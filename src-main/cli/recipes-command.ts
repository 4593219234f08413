import type { Command } from 'commander'
import { listRecipes } from '../services/recipes.ts'
import { printRecords } from './output.ts'

/** `recipes`: the shipped settings, each with where it comes from. */
export function addRecipesCommand(program: Command): void {
  program
    .command('recipes')
    .description(
      'Lists the shipped recipes with their sources: one per method on the built-in model, then published settings.',
    )
    .option('--json', 'one JSON object per line')
    .action(async (options: { json?: boolean }) => {
      printRecords(await listRecipes(), options, {
        recipe: ({ id }) => id,
        method: ({ config }) => config.method.name,
        model: ({ config }) => config.model.replace(/^models\//, ''),
        title: ({ title }) => title,
        source: ({ source }) => source,
      })
    })
}
