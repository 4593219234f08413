/** What several runs recorded at one step. */
export interface SeedStatistics {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** What the band around a mean shows. */
export type BandKind = 'range' | 'stderr'

/**
 * Mean of the values with a band: least to greatest, or one standard error of the mean (root of the unbiased variance over the
 * count) to either side; a single value is its own band. Null without values.
 */
export function seedStatistics(values: readonly number[], band: BandKind): SeedStatistics | null {
  const count = values.length
  if (count === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  if (band === 'range') return { mean, low: Math.min(...values), high: Math.max(...values) }
  if (count === 1) return { mean, low: mean, high: mean }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  const error = Math.sqrt(variance / count)
  return { mean, low: mean - error, high: mean + error }
}
