/**
 * Moves labels that want the heights `wanted` (ascending or not) apart by at least `gap`, within `low` and `high`, each as
 * little as a forward and a backward sweep need. Returns the heights in the order given.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!)
  const placed = wanted.map((height) => Math.min(high, Math.max(low, height)))
  for (let i = 1; i < order.length; i++) placed[order[i]!] = Math.max(placed[order[i]!]!, placed[order[i - 1]!]! + gap)
  let ceiling = high
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index]!, ceiling)
    ceiling = placed[index]! - gap
  }
  return placed
}
