import { microBatches, splitByRow, toTokenRows } from '../model/rows.ts'
import type { RolloutGroup } from './rollout.ts'
import type { UpdateSources } from './update.ts'

/** Scores the groups of the update with the frozen reference; nothing to do when no token has a KL weight. */
export async function referencePass(
  { config, control, method, policy }: UpdateSources,
  groups: readonly RolloutGroup[],
): Promise<void> {
  if (!method.needsReference) return
  const rows = groups
    .filter((group) => !group.filtered)
    .flatMap(({ problem, rollouts }) =>
      rollouts.map((rollout) => ({ rollout, promptIds: problem.promptIds, ids: rollout.ids })),
    )
  const micros = microBatches(rows, config.update.micro_batch_tokens)
  for (const [index, micro] of micros.entries()) {
    await control.proceed('reference', index / micros.length)
    const { logprobs, entropies } = await policy.score(toTokenRows(micro), config.rollout.temperature, 'reference')
    const [logprobColumns, entropyColumns] = [splitByRow(logprobs, micro), splitByRow(entropies, micro)]
    micro.forEach((row, position) => {
      row.rollout.referenceLogprobs = logprobColumns[position]!
      row.rollout.referenceEntropies = entropyColumns[position]!
    })
  }
}
