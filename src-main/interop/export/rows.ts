import type { MetricSeries } from '../../../src-preload/contract/run.ts'
import { traceFlags } from '../../../src-preload/contract/trace.ts'
import type { WholeRollout } from '../../store/rollout-export.ts'

/** One recorded step: step, moment (ISO), training seconds, and the metrics it recorded, by name. */
export function metricsOfRow(series: MetricSeries, row: number): Record<string, number | string> {
  const metrics = Object.entries(series.values).flatMap(([name, column]) => {
    const value = column[row]
    return value === null || value === undefined ? [] : [[name, value] as const]
  })
  return {
    step: series.steps[row]!,
    at: new Date(series.atMs[row]!).toISOString(),
    elapsed_s: series.elapsedMs[row]! / 1000,
    ...Object.fromEntries(metrics),
  }
}

/** All metrics as CSV, a row per step; empty where a step did not record one. */
export function metricsCsv(series: MetricSeries): string {
  const names = ['step', 'at', 'elapsed_s', ...Object.keys(series.values).sort()]
  const lines = series.steps.map((_, row) => {
    const cells = metricsOfRow(series, row)
    return names.map((name) => cells[name] ?? '').join(',')
  })
  return [names.map(quoted).join(','), ...lines].join('\n').concat('\n')
}

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A response without its tokens. */
export const rolloutLine = (rollout: WholeRollout): object => ({
  id: rollout.id,
  step: rollout.step,
  group: rollout.group,
  index: rollout.index,
  prompt_id: rollout.promptId,
  prompt: rollout.prompt,
  answer: rollout.answer,
  response: rollout.text,
  reward: rollout.reward,
  reward_parts: rollout.rewardParts,
  correct: rollout.correct === 1,
  extracted: rollout.extracted,
  reason: rollout.reason,
  advantage: rollout.advantage,
  filtered: rollout.filtered === 1,
  tokens: rollout.tokens,
  mean_entropy: rollout.meanEntropy,
  finish_reason: rollout.finishReason,
})

/** Stored as float16: five digits hold all there is. */
const numbers = (column: Float32Array): number[] => Array.from(column, (value) => Number(value.toPrecision(5)))

/** The tokens of a response with log-probabilities and entropies, nats, and flags by name; null when it was not traced. */
export function traceLine({ id, step, trace }: WholeRollout): object | null {
  if (!trace) return null
  const { policyLogprobs, referenceLogprobs } = trace
  return {
    rollout_id: id,
    step,
    token_ids: Array.from(trace.ids),
    text_lengths: Array.from(trace.textLengths),
    rollout_logprobs: numbers(trace.rolloutLogprobs),
    entropies: numbers(trace.entropies),
    ...(policyLogprobs ? { policy_logprobs: numbers(policyLogprobs) } : {}),
    ...(referenceLogprobs ? { reference_logprobs: numbers(referenceLogprobs) } : {}),
    flags: Array.from(trace.flags, (bits) =>
      Object.entries(traceFlags).flatMap(([name, bit]) => (bits & bit ? [name] : [])),
    ),
  }
}
