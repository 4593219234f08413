import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { GroupRecord, RolloutRecord, StepRecord } from '../../src-preload/contract/record.ts'
import { packTrace } from '../../src-preload/contract/trace.ts'
import { quantile } from './classify.ts'
import { repetition } from './repetition.ts'
import type { Rollout, RolloutBatch, RolloutGroup } from './rollout.ts'

export function stepRecord(
  config: RunConfig,
  step: number,
  batch: RolloutBatch,
  metrics: Readonly<Record<string, number>>,
): StepRecord {
  const tracedGroups = step % config.trace.every === 0 ? (config.trace.groups ?? batch.groups.length) : 0
  return { step, metrics, groups: batch.groups.map((group, index) => groupRecord(group, index < tracedGroups)) }
}

function groupRecord({ problem, rollouts, filtered }: RolloutGroup, traced: boolean): GroupRecord {
  return {
    promptId: problem.id,
    prompt: problem.prompt,
    answer: problem.answer,
    filtered,
    rollouts: rollouts.map((rollout) => rolloutRecord(rollout, traced)),
  }
}

function rolloutRecord(rollout: Rollout, traced: boolean): RolloutRecord {
  return {
    text: rollout.text,
    reward: rollout.reward,
    rewardParts: rollout.rewardParts,
    correct: rollout.verdict.correct,
    extracted: rollout.verdict.extracted,
    reason: rollout.verdict.reason,
    advantage: rollout.advantage,
    tokens: rollout.ids.length,
    meanEntropy: mean(rollout.rolloutEntropies),
    finishReason: rollout.finishReason,
    trace: traced ? packRollout(rollout) : null,
  }
}

function packRollout(rollout: Rollout): Uint8Array {
  const { policyLogprobs, referenceLogprobs } = rollout
  return packTrace({
    ids: Uint32Array.from(rollout.ids),
    textLengths: rollout.textLengths,
    rolloutLogprobs: rollout.rolloutLogprobs,
    entropies: rollout.rolloutEntropies,
    ...(policyLogprobs ? { policyLogprobs } : {}),
    ...(referenceLogprobs ? { referenceLogprobs } : {}),
    flags: rollout.flags,
  })
}

/** Metrics of the rollout side of a step: rewards, groups, lengths, entropy percentiles. */
export function rolloutMetrics({ groups, rounds }: RolloutBatch): Record<string, number> {
  const rollouts = groups.flatMap((group) => group.rollouts)
  const rewards = rollouts.map((rollout) => rollout.reward)
  const lengths = rollouts.map((rollout) => rollout.ids.length)
  const accuracies = groups.map((group) => mean(group.rollouts.map((rollout) => Number(rollout.verdict.correct))))
  const share = (test: (accuracy: number) => boolean): number =>
    mean(accuracies.map((accuracy) => Number(test(accuracy))))
  const spreadless = groups.map((group) => Number(new Set(group.rollouts.map((rollout) => rollout.reward)).size === 1))
  const entropies = Float32Array.from(rollouts.flatMap((rollout) => [...rollout.rolloutEntropies]))
  const percentile = (share: number): number => (entropies.length === 0 ? 0 : quantile(entropies, share))
  return {
    reward: mean(rewards),
    reward_std: deviation(rewards),
    accuracy: mean(accuracies),
    frac_reward_zero_std: mean(spreadless),
    solve_all: share((accuracy) => accuracy === 1),
    solve_none: share((accuracy) => accuracy === 0),
    generation_rounds: rounds,
    entropy: mean(entropies),
    'entropy/p50': percentile(0.5),
    'entropy/p80': percentile(0.8),
    'entropy/p95': percentile(0.95),
    'completions/mean_length': mean(lengths),
    'completions/max_length': Math.max(0, ...lengths),
    'completions/clipped_ratio': mean(rollouts.map((rollout) => Number(rollout.finishReason === 'length'))),
    'completions/repetition': mean(rollouts.map((rollout) => repetition(rollout.text).ratio)),
  }
}

function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]!
  return values.length === 0 ? 0 : sum / values.length
}

/** Unbiased, as the advantage's. */
function deviation(values: readonly number[]): number {
  const centre = mean(values)
  const squares = values.map((value) => (value - centre) ** 2)
  return Math.sqrt((mean(squares) * values.length) / Math.max(1, values.length - 1))
}
