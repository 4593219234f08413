import type { MetricName } from '../../src-preload/contract/metrics.ts'
import { klEstimators } from './kl.ts'
import { clipFlag, type MethodBatch, type MetricPart, type MiniBatchTotals, tokenClass } from './methods/method.ts'

export interface TokenResults {
  /** The batch's share of the mini-batch's loss. */
  readonly loss: number
  /** [N] Values of `tokenClass`, bits of `clipFlag`, importance ratios; read where the class is not masked. */
  readonly classes: Uint8Array
  readonly clips: Uint8Array
  readonly ratios: Float64Array
  /** [B] Entropy that splits the row's tokens. */
  readonly thresholds: Float64Array
}

type Select = (token: number) => boolean
type Means = Partial<Record<MetricName, readonly [Select, (token: number) => number]>>

/** Metrics of a method over the tokens of the loss; entropies are the rollout policy's. */
export function tokenMetrics(
  batch: MethodBatch,
  totals: MiniBatchTotals,
  results: TokenResults,
): Record<string, MetricPart> {
  const { loss, classes, ratios } = results
  const counted = Int32Array.from(classes.keys()).filter((token) => classes[token] !== tokenClass.masked)
  if (counted.length === 0) return {}
  const values = Float64Array.from(counted, (token) => ratios[token]!)
  const metrics: Partial<Record<MetricName, MetricPart>> = {
    // Weights of the parts of a mini-batch add up to 1, so that losses add up within it and average over mini-batches.
    loss: { sum: loss, weight: counted.length / totals.tokens },
    'ratio/p1': { values, quantile: 0.01 },
    'ratio/p99': { values, quantile: 0.99 },
    'ratio/min': { min: values.reduce((least, ratio) => Math.min(least, ratio), Number.POSITIVE_INFINITY) },
    'ratio/max': { max: values.reduce((largest, ratio) => Math.max(largest, ratio), 0) },
    ...clippedResponses(batch, results),
    entropy_threshold: thresholdMean(results),
  }
  const means = { ...classMeans(batch, results), ...clipMeans(batch, results) }
  for (const [name, [select, value]] of Object.entries(means) as [MetricName, NonNullable<Means[MetricName]>][])
    metrics[name] = meanOf(counted, select, value)
  return Object.fromEntries(Object.entries(metrics).filter(([, part]) => !isEmpty(part)))
}

const always: Select = () => true

function classMeans(batch: MethodBatch, { classes, ratios }: TokenResults): Means {
  const { rolloutEntropies, oldLogprobs, policyLogprobs, referenceLogprobs: reference, referenceKls } = batch
  const [reasoning, knowledge] = selectClasses(classes)
  const entropy = (token: number): number => rolloutEntropies[token]!
  // k3 whatever a method's own estimator is, so that runs compare.
  const kls = Float64Array.from(classes, (kind, token) =>
    reference && kind !== tokenClass.masked ? klEstimators.k3(policyLogprobs[token]!, reference[token]!).value : 0,
  )
  const kl = (token: number): number => kls[token]!
  return {
    frac_reasoning: [always, (token) => Number(reasoning(token))],
    'entropy/reasoning': [reasoning, entropy],
    'entropy/knowledge': [knowledge, entropy],
    'ratio/mean': [always, (token) => ratios[token]!],
    approx_kl: [always, (token) => oldLogprobs[token]! - policyLogprobs[token]!],
    ...(reference && { kl: [always, kl], 'kl/reasoning': [reasoning, kl], 'kl/knowledge': [knowledge, kl] }),
    ...(referenceKls && { 'kl/full': [always, (token) => referenceKls[token]!] }),
  }
}

function clipMeans({ oldLogprobs }: MethodBatch, { classes, clips }: TokenResults): Means {
  const [reasoning, knowledge] = selectClasses(classes)
  const clipped = (bits: number) => (token: number) => Number((clips[token]! & bits) !== 0)
  const outside = clipped(clipFlag.low | clipFlag.high)
  const probability = (token: number): number => Math.exp(oldLogprobs[token]!)
  const [low, high, dual] = [clipped(clipFlag.low), clipped(clipFlag.high), clipped(clipFlag.dual)]
  return {
    clip_ratio: [always, outside],
    'clip_ratio/reasoning': [reasoning, outside],
    'clip_ratio/knowledge': [knowledge, outside],
    'clip_ratio/low': [always, low],
    'clip_ratio/high': [always, high],
    'clip_ratio/dual': [always, dual],
    'clip_ratio/reasoning_low': [reasoning, low],
    'clip_ratio/reasoning_high': [reasoning, high],
    'clip_ratio/reasoning_dual': [reasoning, dual],
    'clip_ratio/knowledge_dual': [knowledge, dual],
    'clip_ratio/knowledge_low': [knowledge, low],
    'clip_ratio/knowledge_high': [knowledge, high],
    'clip_probability/low': [(token) => low(token) === 1, probability],
    'clip_probability/high': [(token) => high(token) === 1, probability],
  }
}

const selectClasses = (classes: Uint8Array): [Select, Select] => [
  (token) => classes[token] === tokenClass.reasoning,
  (token) => classes[token] === tokenClass.knowledge,
]

function meanOf(tokens: Int32Array, select: Select, value: (token: number) => number): MetricPart {
  let [sum, weight] = [0, 0]
  for (const token of tokens) {
    if (!select(token)) continue
    sum += value(token)
    weight++
  }
  return { sum, weight }
}

/** Smallest and largest clipped share of a response. */
function clippedResponses({ rowOffsets }: MethodBatch, { classes, clips }: TokenResults) {
  let [least, most] = [1, 0]
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    let [clipped, count] = [0, 0]
    for (let token = rowOffsets[row]!; token < rowOffsets[row + 1]!; token++) {
      count += Number(classes[token] !== tokenClass.masked)
      clipped += Number((clips[token]! & (clipFlag.low | clipFlag.high)) !== 0)
    }
    if (count === 0) continue
    least = Math.min(least, clipped / count)
    most = Math.max(most, clipped / count)
  }
  return { 'clip_ratio/response_min': { min: least }, 'clip_ratio/response_max': { max: most } }
}

function thresholdMean({ thresholds }: TokenResults): MetricPart {
  const known = thresholds.filter((threshold) => !Number.isNaN(threshold))
  return { sum: known.reduce((sum, threshold) => sum + threshold, 0), weight: known.length }
}

const isEmpty = (part: MetricPart): boolean => 'weight' in part && part.weight === 0
