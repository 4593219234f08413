import { type MethodBatch, tokenClass } from './methods/method.ts'

export interface ClassRule {
  /** Share of a response's tokens below the threshold, 0 to 1. */
  readonly quantile: number
  /** Class of a token exactly at the threshold. */
  readonly ties: 'reasoning' | 'knowledge'
  /** Whose entropy decides: the policy that sampled the response, or the one in training. */
  readonly entropySource: 'rollout' | 'policy'
}

/** Archer's rule as printed (arXiv 2507.15778, Eq. 2 and Algorithm 1), with its quantile of 0.8. */
export const archerPaperRule: ClassRule = { quantile: 0.8, ties: 'reasoning', entropySource: 'rollout' }

/**
 * Classes of the tokens, [N]: each response has its own threshold, the quantile of its tokens' entropies; tokens above
 * it are reasoning tokens, tokens below it knowledge tokens. Masked tokens take no part.
 */
export function classifyTokens(batch: MethodBatch, rule: ClassRule): Uint8Array {
  const { mask, rowOffsets } = batch
  const entropies = rule.entropySource === 'rollout' ? batch.rolloutEntropies : batch.policyEntropies
  const classes = new Uint8Array(mask.length)
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    const [start, end] = [rowOffsets[row]!, rowOffsets[row + 1]!]
    const threshold = quantile(
      entropies.slice(start, end).filter((_, index) => mask[start + index] === 1),
      rule.quantile,
    )
    for (let token = start; token < end; token++)
      if (mask[token] === 1) classes[token] = classOf(entropies[token]!, threshold, rule.ties)
  }
  return classes
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
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return Number.NaN
  const position = share * (sorted.length - 1)
  const lower = sorted[Math.floor(position)]!
  const upper = sorted[Math.ceil(position)]!
  const fraction = position - Math.floor(position)
  // Interpolates from the nearer end, which keeps rounding on that side.
  return fraction < 0.5 ? lower + (upper - lower) * fraction : upper - (upper - lower) * (1 - fraction)
}
