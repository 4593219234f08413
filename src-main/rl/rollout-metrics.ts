import { entropyPercentiles, type WordKind, wordKinds } from '../../src-preload/contract/diagnostics.ts'
import type { MetricName } from '../../src-preload/contract/metrics.ts'
import { concatenate } from '../util/concatenate.ts'
import { sortedQuantile } from './classify.ts'
import { repetition } from './repetition.ts'
import type { Rollout, RolloutBatch, RolloutGroup } from './rollout.ts'
import { countWords } from './thinking-words.ts'

type Metrics = Partial<Record<MetricName, number>>

/** Metrics of the rollout side of a step: rewards, groups, lengths, entropies, words. */
export function rolloutMetrics({ groups, rounds }: RolloutBatch): Metrics {
  const rollouts = groups.flatMap((group) => group.rollouts)
  return {
    ...rewardMetrics(groups, rollouts),
    generation_rounds: rounds,
    ...entropyMetrics(groups, rollouts),
    ...responseMetrics(rollouts),
    ...wordMetrics(rollouts),
  }
}

function rewardMetrics(groups: readonly RolloutGroup[], rollouts: readonly Rollout[]): Metrics {
  const rewards = rollouts.map((rollout) => rollout.reward)
  const accuracies = groups.map((group) => mean(group.rollouts.map((rollout) => Number(rollout.verdict.correct))))
  const share = (test: (accuracy: number) => boolean): number =>
    mean(accuracies.map((accuracy) => Number(test(accuracy))))
  const split = (correct: boolean): number[] =>
    rollouts.filter(({ verdict }) => verdict.correct === correct).map(({ reward }) => reward)
  const [right, wrong] = [split(true), split(false)]
  const spreadless = groups.map((group) => Number(new Set(group.rollouts.map((rollout) => rollout.reward)).size === 1))
  return {
    reward: mean(rewards),
    reward_std: deviation(rewards),
    ...(right.length > 0 && { 'reward/correct': mean(right) }),
    ...(wrong.length > 0 && { 'reward/wrong': mean(wrong) }),
    accuracy: mean(accuracies),
    frac_reward_zero_std: mean(spreadless),
    solve_all: share((accuracy) => accuracy === 1),
    solve_none: share((accuracy) => accuracy === 0),
    'verifier/unparsed_ratio': mean(
      rollouts.map(({ verdict }) => Number(verdict.extracted === null && !verdict.correct)),
    ),
    'verifier/timeout_ratio': mean(rollouts.map(({ verdict }) => Number(verdict.timedOut === true))),
  }
}

/** The quantile that Archer and 80/20 call high entropy. */
const highEntropy = 0.8

function entropyMetrics(groups: readonly RolloutGroup[], rollouts: readonly Rollout[]): Metrics {
  const sorted = concatenate(
    Float64Array,
    rollouts.map((rollout) => rollout.rolloutEntropies),
  ).sort()
  if (sorted.length === 0) return { entropy: 0 }
  const responses = rollouts.filter(({ ids }) => ids.length > 0)
  const means = new Map(responses.map((rollout) => [rollout, mean(rollout.rolloutEntropies)]))
  const prompts = groups.flatMap((group) => {
    const known = group.rollouts.flatMap((rollout) => means.get(rollout) ?? [])
    return known.length > 0 ? [mean(known)] : []
  })
  const calm = responses.sort((a, b) => means.get(a)! - means.get(b)!).slice(0, Math.ceil(responses.length / 2))
  const threshold = sortedQuantile(sorted, highEntropy)
  const percentiles = entropyPercentiles.map((percent) => [
    `entropy/p${percent}`,
    sortedQuantile(sorted, percent / 100),
  ])
  return {
    entropy: mean(sorted),
    ...Object.fromEntries(percentiles),
    'entropy/response_mean': mean([...means.values()]),
    'entropy/response_std': deviation([...means.values()]),
    'entropy/prompt_std': deviation(prompts),
    frac_reasoning_low_responses: mean(
      concatenate(
        Float64Array,
        calm.map((rollout) => rollout.rolloutEntropies),
      ).map((entropy) => Number(entropy >= threshold)),
    ),
  }
}

function responseMetrics(rollouts: readonly Rollout[]): Metrics {
  const lengths = rollouts.map((rollout) => rollout.ids.length)
  const repetitions = rollouts.map((rollout) => repetition(rollout.text))
  const ratios = repetitions.map(({ ratio }) => ratio)
  const frequencies = repetitions.map(({ maxFrequency }) => maxFrequency)
  const split = (name: string, values: readonly number[], join: (part: number[]) => number = mean): Metrics => {
    const part = (correct: boolean) => values.filter((_, row) => rollouts[row]!.verdict.correct === correct)
    const [right, wrong] = [part(true), part(false)]
    return {
      ...(right.length > 0 && { [`completions/${name}_correct`]: join(right) }),
      ...(wrong.length > 0 && { [`completions/${name}_wrong`]: join(wrong) }),
    }
  }
  return {
    'completions/mean_length': mean(lengths),
    'completions/min_length': lengths.length === 0 ? 0 : Math.min(...lengths),
    'completions/max_length': Math.max(0, ...lengths),
    'completions/clipped_ratio': mean(rollouts.map((rollout) => Number(rollout.finishReason === 'length'))),
    'completions/repetition': mean(ratios),
    'completions/max_frequency': Math.max(0, ...frequencies),
    ...split('mean_length', lengths),
    ...split('repetition', ratios),
    ...split('max_frequency', frequencies, (values) => Math.max(...values)),
  }
}

function wordMetrics(rollouts: readonly Rollout[]): Metrics {
  const counts = rollouts.map((rollout) => countWords(rollout.text))
  const meanOf = (kind: WordKind): number => mean(counts.map((count) => count[kind]))
  return Object.fromEntries(wordKinds.map((kind) => [`words/${kind}`, meanOf(kind)]))
}

export function mean(values: ArrayLike<number>): number {
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
