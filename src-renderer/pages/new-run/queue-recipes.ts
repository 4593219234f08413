import type { CallOutput } from '../../../src-preload/contract/api.ts'
import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import { errorSentence } from '../../lib/format.ts'

export type Recipe = CallOutput<'recipes.list'>[number]

export interface RefusedRecipe {
  readonly recipe: Recipe
  readonly issues: readonly ConfigIssue[]
}

export interface QueuedRecipes {
  /** Ids of the runs that were queued. */
  readonly runs: readonly string[]
  readonly refused: readonly RefusedRecipe[]
}

/** Queues a run of each recipe that fits, in their order; `done` is told how many have been seen to. */
export async function queueRecipes(
  client: ApiClient,
  recipes: readonly Recipe[],
  done: (count: number) => void,
): Promise<QueuedRecipes> {
  const runs: string[] = []
  const refused: RefusedRecipe[] = []
  for (const [index, recipe] of recipes.entries()) {
    try {
      const { issues } = await client.call('runs.check', { config: recipe.yaml })
      if (issues.length > 0) refused.push({ recipe, issues })
      else runs.push((await client.call('runs.create', { config: recipe.yaml, queue: true })).id)
    } catch (error) {
      refused.push({ recipe, issues: [{ path: '', message: errorSentence(error) }] })
    }
    done(index + 1)
  }
  return { runs, refused }
}
