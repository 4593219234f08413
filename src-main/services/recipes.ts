import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { type Recipe, recipeSchema } from '../../src-preload/contract/config.ts'
import { isBuiltin, resourcesFolder } from '../util/resources.ts'

/** The shipped recipes, those of the built-in model first; `yaml` is the config as its author wrote it, without the defaults. */
export async function listRecipes(): Promise<(Recipe & { id: string; yaml: string })[]> {
  const folder = join(resourcesFolder, 'recipes')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  const recipes = await Promise.all(files.map((file) => readRecipe(file.slice(0, -'.yaml'.length), join(folder, file))))
  return recipes.sort((a, b) => Number(isBuiltin(b.config.model)) - Number(isBuiltin(a.config.model)))
}

async function readRecipe(id: string, path: string): Promise<Recipe & { id: string; yaml: string }> {
  const written: unknown = parse(await readFile(path, 'utf8'))
  const recipe = recipeSchema.parse(written)
  return { ...recipe, id, yaml: stringify((written as { config: unknown }).config) }
}
