import type { MetricName } from '../../src-preload/contract/metrics.ts'
import { clipFlag, type MethodBatch, type MetricPart, type MiniBatchTotals, tokenClass } from './methods/method.ts'

export interface TokenResults {
  /** The batch's share of the mini-batch's loss. */
  readonly loss: number
  /** [N] Values of `tokenClass`, bits of `clipFlag`, importance ratios, KL estimates; read where the class is not masked. */
  readonly classes: Uint8Array
  readonly clips: Uint8Array
  readonly ratios: Float64Array
  readonly kls: Float64Array | undefined
}

/** Metrics of a method over the tokens of the loss; entropies are the rollout policy's. */
export function tokenMetrics(
  batch: MethodBatch,
  totals: MiniBatchTotals,
  { loss, classes, clips, ratios, kls }: TokenResults,
): Record<string, MetricPart> {
  const reasoning = (token: number): boolean => classes[token] === tokenClass.reasoning
  const knowledge = (token: number): boolean => classes[token] === tokenClass.knowledge
  const counted = (token: number): boolean => classes[token] !== tokenClass.masked
  const mean = (select: (token: number) => boolean, value: (token: number) => number) => {
    let [sum, weight] = [0, 0]
    for (let token = 0; token < classes.length; token++) {
      if (!select(token)) continue
      sum += value(token)
      weight++
    }
    return { sum, weight }
  }
  const clipped = (bits: number) => (token: number) => Number((clips[token]! & bits) !== 0)
  const outside = clipped(clipFlag.low | clipFlag.high)
  const entropy = (token: number): number => batch.rolloutEntropies[token]!
  const kl = (token: number): number => kls![token]!
  const tokens = mean(counted, () => 1).weight
  const metrics: Partial<Record<MetricName, MetricPart>> = {
    // Weights of the parts of a mini-batch add up to 1, so that losses add up within it and average over mini-batches.
    loss: { sum: loss, weight: tokens / totals.tokens },
    frac_reasoning: mean(counted, (token) => Number(reasoning(token))),
    'entropy/reasoning': mean(reasoning, entropy),
    'entropy/knowledge': mean(knowledge, entropy),
    clip_ratio: mean(counted, outside),
    'clip_ratio/reasoning': mean(reasoning, outside),
    'clip_ratio/knowledge': mean(knowledge, outside),
    'clip_ratio/low': mean(counted, clipped(clipFlag.low)),
    'clip_ratio/high': mean(counted, clipped(clipFlag.high)),
    'clip_ratio/dual': mean(counted, clipped(clipFlag.dual)),
    'ratio/mean': mean(counted, (token) => ratios[token]!),
    'ratio/max': { max: ratios.reduce((largest, ratio) => Math.max(largest, ratio), 0) },
    approx_kl: mean(counted, (token) => batch.oldLogprobs[token]! - batch.policyLogprobs[token]!),
    ...(kls ? { kl: mean(counted, kl), 'kl/reasoning': mean(reasoning, kl), 'kl/knowledge': mean(knowledge, kl) } : {}),
  }
  return Object.fromEntries(Object.entries(metrics).filter(([, part]) => tokens > 0 && !isEmpty(part)))
}

const isEmpty = (part: MetricPart): boolean => 'weight' in part && part.weight === 0
