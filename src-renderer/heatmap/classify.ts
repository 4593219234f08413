/** How a rule treats a token whose entropy equals the threshold. */
export type TieRule = 'at-or-above' | 'above'

/**
 * Linearly interpolated quantile, as torch and numpy compute it. `quantile` is 0 to 1; NaN for no values.
 * (methods 10.2: the gate of Archer at rho 0.8.)
 */
export function linearQuantile(values: ArrayLike<number>, quantile: number): number {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return Number.NaN
  const at = quantile * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(sorted.length - 1, low + 1)
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low)
}

/** 1 for each token whose entropy reaches the threshold, nats. */
export function classifyTokens(entropies: Float32Array, threshold: number, ties: TieRule): Uint8Array {
  return Uint8Array.from(entropies, (entropy) => Number(ties === 'above' ? entropy > threshold : entropy >= threshold))
}

export function countOnes(marks: Uint8Array): number {
  let count = 0
  for (const mark of marks) count += mark
  return count
}
