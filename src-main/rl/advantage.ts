import type { RunConfig } from '../../src-preload/contract/config.ts'

export interface AdvantageOptions extends Pick<RunConfig['reward'], 'singleton_group'> {
  /** What the centred reward is divided by: the standard deviation of the group, of the batch, or nothing. */
  readonly scale_rewards: Exclude<RunConfig['reward']['scale_rewards'], 'method'>
  /** Added to the standard deviation; 1e-6 as in verl and Archer (TRL has 1e-4). */
  readonly eps?: number
  /** Whether truncated responses count as absent when a rollout batch gets its advantages; off when absent. */
  readonly drop_truncated_completions?: boolean
  /** [B] 1 for responses that neither count in the statistics nor get an advantage. */
  readonly excluded?: Uint8Array
}

/**
 * Group-relative advantages [B] of rewards [B]: (R − mean of the group) / (unbiased standard deviation + eps), the
 * deviation being the group's, the batch's, or nothing (Dr. GRPO, arXiv 2503.20783). A group of one response has
 * advantage 0 (`drop`), or a mean of 0 and deviation of 1 so that its advantage is its reward (`keep`, as verl).
 * `groups` [B] holds the group of each response, in any order.
 */
export function groupAdvantages(
  rewards: ArrayLike<number>,
  groups: ArrayLike<number | string>,
  { scale_rewards, singleton_group, eps = 1e-6, excluded }: AdvantageOptions,
): Float64Array {
  const advantages = new Float64Array(rewards.length)
  const counted = Array.from(advantages.keys()).filter((row) => excluded?.[row] !== 1)
  const batchDeviation = deviation(counted.map((row) => rewards[row]!))
  for (const rows of Map.groupBy(counted, (row) => groups[row]!).values()) {
    const single = rows.length === 1
    if (single && singleton_group === 'drop') continue
    const scores = rows.map((row) => rewards[row]!)
    const mean = single ? 0 : average(scores)
    const groupDeviation = single ? 1 : deviation(scores)
    const scale = { group: groupDeviation + eps, batch: batchDeviation + eps, none: 1 }[scale_rewards]
    for (const row of rows) advantages[row] = (rewards[row]! - mean) / scale
  }
  return advantages
}

interface AdvantageGroup {
  readonly filtered: boolean
  readonly rollouts: readonly { readonly reward: number; readonly finishReason?: string; advantage: number }[]
}

/** Writes the advantages of a rollout batch onto its rollouts; filtered groups and dropped responses do not count and get 0. */
export function assignAdvantages(groups: readonly AdvantageGroup[], options: AdvantageOptions): void {
  const rows = groups.flatMap(({ rollouts, filtered }, group) =>
    rollouts.map((rollout) => {
      const dropped = options.drop_truncated_completions === true && rollout.finishReason === 'length'
      return { rollout, group, excluded: filtered || dropped }
    }),
  )
  const advantages = groupAdvantages(
    rows.map(({ rollout }) => rollout.reward),
    rows.map(({ group }) => group),
    { ...options, excluded: Uint8Array.from(rows, ({ excluded }) => Number(excluded)) },
  )
  rows.forEach(({ rollout }, row) => {
    rollout.advantage = advantages[row]!
  })
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Unbiased standard deviation; 0 of fewer than two values. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = average(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}
