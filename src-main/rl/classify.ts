import { type Facts, type MethodBatch, type MethodScope, type TokenColumn, tokenClass } from './methods/method.ts'

export interface ClassRule {
  /** Tokens among which the threshold is taken; a `prompt` is a group of responses, a `micro-batch` one forward pass. */
  readonly scope: 'response' | 'prompt' | 'micro-batch' | 'mini-batch' | 'rollout'
  /** A quantile of the entropies, a fixed entropy, or an exact share of the tokens by rank. */
  readonly statistic: 'quantile' | 'threshold' | 'fraction'
  /** Share of the tokens below the threshold, 0 to 1. */
  readonly quantile: number
  /** The entropy of the statistic `threshold`, nats. */
  readonly threshold?: number | null
  /** Class of a token exactly at the threshold. */
  readonly ties: 'reasoning' | 'knowledge'
  /** Whose entropy decides: the policy that sampled the response, or the one in training. */
  readonly entropySource: 'rollout' | 'policy'
}

/** Archer's rule as printed (arXiv 2507.15778, Eq. 2 and Algorithm 1), with its quantile of 0.8. */
export const archerPaperRule: ClassRule = {
  scope: 'response',
  statistic: 'quantile',
  quantile: 0.8,
  ties: 'reasoning',
  entropySource: 'rollout',
}

export interface Classification {
  /** [N] Values of `tokenClass`. */
  readonly classes: Uint8Array
  /** [B] Entropy that splits the row's tokens, nats; NaN for a row without any. */
  readonly thresholds: Float64Array
}

/** Names of the fact that carries the threshold of a whole rollout batch. */
const rolloutThreshold = 'entropyThreshold'

/** What a rule must know of the whole rollout batch: its threshold, when that is its scope. */
export function classFacts(rollout: MethodBatch, rule: ClassRule): Facts {
  if (rule.scope !== 'rollout') return {}
  const all = tokensOf(rollout, 0, rollout.mask.length)
  const threshold = thresholdOf(valuesAt(entropiesOf(rollout, rule), all), rule)
  return Number.isNaN(threshold) ? {} : { [rolloutThreshold]: threshold }
}

/** How far a rule looks to class one token; a fixed threshold looks no further than its response. */
export function scopeOfRule({ scope, statistic }: ClassRule): MethodScope {
  if (scope === 'rollout') return 'rollout'
  if (statistic === 'threshold' || scope === 'response') return 'response'
  return scope === 'micro-batch' ? 'microBatch' : 'miniBatch'
}

/**
 * Splits the tokens by entropy: those above the threshold of their scope are reasoning tokens, those below it knowledge
 * tokens. Masked tokens take no part. A rollout's threshold comes with `facts` (see `classFacts`).
 */
export function classifyTokens(batch: MethodBatch, rule: ClassRule, facts: Facts = {}): Classification {
  const { mask, rowOffsets } = batch
  const entropies = entropiesOf(batch, rule)
  const classes = new Uint8Array(mask.length)
  const thresholds = new Float64Array(rowOffsets.length - 1).fill(Number.NaN)
  for (const rows of segments(batch, rule.scope)) {
    const tokens = rows.flatMap((row) => tokensOf(batch, rowOffsets[row]!, rowOffsets[row + 1]!))
    if (tokens.length === 0) continue
    const threshold = facts[rolloutThreshold] ?? thresholdOf(valuesAt(entropies, tokens), rule)
    for (const row of rows) thresholds[row] = threshold
    if (rule.statistic === 'fraction' && rule.scope !== 'rollout') splitByRank(classes, tokens, entropies, rule)
    else for (const token of tokens) classes[token] = classOf(entropies[token]!, threshold, rule.ties)
  }
  return { classes, thresholds }
}

const entropiesOf = (batch: MethodBatch, { entropySource }: ClassRule): TokenColumn =>
  entropySource === 'rollout' ? batch.rolloutEntropies : batch.policyEntropies

/** Rows that share a threshold. */
function segments({ groups, microBatches }: MethodBatch, scope: ClassRule['scope']): number[][] {
  const rows = Array.from(groups.keys())
  if (scope === 'response') return rows.map((row) => [row])
  const shared = { prompt: groups, 'micro-batch': microBatches, 'mini-batch': undefined, rollout: undefined }[scope]
  return shared ? [...Map.groupBy(rows, (row) => shared[row]!).values()] : [rows]
}

function tokensOf({ mask }: MethodBatch, start: number, end: number): number[] {
  const tokens: number[] = []
  for (let token = start; token < end; token++) if (mask[token] === 1) tokens.push(token)
  return tokens
}

const valuesAt = (column: TokenColumn, tokens: readonly number[]): Float64Array =>
  Float64Array.from(tokens, (token) => column[token]!)

function thresholdOf(entropies: Float64Array, rule: ClassRule): number {
  if (rule.statistic === 'threshold') return rule.threshold ?? Number.NaN
  if (rule.statistic === 'quantile') return quantile(entropies, rule.quantile)
  return entropies.sort()[Math.min(entropies.length - 1, knowledgeCount(entropies.length, rule))] ?? Number.NaN
}

/** Tokens that an exact share leaves below: rounded down, but at least one. */
const knowledgeCount = (tokens: number, rule: ClassRule): number => Math.max(1, Math.floor(tokens * rule.quantile))

function splitByRank(classes: Uint8Array, tokens: readonly number[], entropies: TokenColumn, rule: ClassRule): void {
  const rising = [...tokens].sort((left, right) => entropies[left]! - entropies[right]!)
  const below = knowledgeCount(tokens.length, rule)
  rising.forEach((token, rank) => {
    classes[token] = rank < below ? tokenClass.knowledge : tokenClass.reasoning
  })
}

function classOf(entropy: number, threshold: number, ties: ClassRule['ties']): number {
  const isReasoning = ties === 'reasoning' ? entropy >= threshold : entropy > threshold
  return isReasoning ? tokenClass.reasoning : tokenClass.knowledge
}

/**
 * Quantile with linear interpolation between order statistics, as torch.quantile and numpy.quantile; NaN of no values.
 * A quantile that falls on a value is that value exactly, so ties can be told.
 */
export function quantile(values: Float32Array | Float64Array | readonly number[], share: number): number {
  return sortedQuantile(Float64Array.from(values).sort(), share)
}

/** `quantile` of values that are already sorted. */
export function sortedQuantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN
  const position = share * (sorted.length - 1)
  const lower = sorted[Math.floor(position)]!
  const upper = sorted[Math.ceil(position)]!
  const fraction = position - Math.floor(position)
  // Interpolates from the nearer end, which keeps rounding on that side.
  return fraction < 0.5 ? lower + (upper - lower) * fraction : upper - (upper - lower) * (1 - fraction)
}
