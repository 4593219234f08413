import { type Trace, traceFlags } from '../../src-preload/contract/trace.ts'

/** How a rule treats a token whose entropy equals the threshold. */
export type TieRule = 'at-or-above' | 'above'

/** Which tokens count as reasoning tokens: as the run marked them, by a quantile of the response's entropies, or above a number of nats. */
export type ClassRule =
  | { readonly mode: 'recorded' }
  | { readonly mode: 'quantile'; readonly quantile: number }
  | { readonly mode: 'threshold'; readonly threshold: number }

/** Values in ascending order, for many quantiles of one response. */
export function sortedValues(values: ArrayLike<number>): Float64Array {
  return new Float64Array(values).sort()
}

/**
 * Linearly interpolated quantile of ascending values, as torch and numpy compute it. `quantile` is 0 to 1; NaN for no values.
 * (methods 10.2: the gate of Archer at rho 0.8.)
 */
export function linearQuantile(sorted: Float64Array, quantile: number): number {
  if (sorted.length === 0) return Number.NaN
  const at = quantile * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(sorted.length - 1, low + 1)
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low)
}

/** The rule's threshold, nats; null for the run's own marks. `sorted` are the response's entropies. */
export function thresholdOf(rule: ClassRule, sorted: Float64Array): number | null {
  if (rule.mode === 'recorded') return null
  return rule.mode === 'threshold' ? rule.threshold : linearQuantile(sorted, rule.quantile)
}

/** 1 for each reasoning token: those that reach the threshold, nats, or without one those the run marked. */
export function classifyTokens(trace: Trace, threshold: number | null, ties: TieRule): Uint8Array {
  const { entropies, flags } = trace
  const reasoning = new Uint8Array(flags.length)
  // Plain loops: a slider runs them over every token, sixty times a second.
  if (threshold === null)
    for (let token = 0; token < reasoning.length; token++)
      reasoning[token] = Number((flags[token]! & traceFlags.reasoning) !== 0)
  else if (ties === 'above')
    for (let token = 0; token < reasoning.length; token++) reasoning[token] = Number(entropies[token]! > threshold)
  else for (let token = 0; token < reasoning.length; token++) reasoning[token] = Number(entropies[token]! >= threshold)
  return reasoning
}

/** Tokens of which the run said otherwise than `reasoning`; those left out of the loss have no class in the run. */
export function countDiffering(trace: Trace, reasoning: Uint8Array): number {
  let count = 0
  for (let token = 0; token < reasoning.length; token++) {
    const flags = trace.flags[token]!
    if (!(flags & traceFlags.masked)) count += Number((flags & traceFlags.reasoning) !== reasoning[token])
  }
  return count
}

export function countOnes(marks: Uint8Array): number {
  let count = 0
  for (const mark of marks) count += mark
  return count
}
