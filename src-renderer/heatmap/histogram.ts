export interface Histogram {
  /** Left end of the first bin and right end of the last. */
  readonly low: number
  readonly high: number
  readonly counts: Uint32Array
}

/** Counts values in bins of equal width; those outside go to the nearest bin, those that are no number are left out. */
export function histogramOf(values: Float32Array, low: number, high: number, bins: number): Histogram {
  const counts = new Uint32Array(bins)
  const scale = bins / Math.max(Number.MIN_VALUE, high - low)
  for (const value of values)
    if (!Number.isNaN(value)) counts[Math.min(bins - 1, Math.max(0, Math.floor((value - low) * scale)))]!++
  return { low, high, counts }
}

/** Least and greatest finite value; 0 and 1 for none, and never the same. */
export function extentOf(values: Float32Array): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < low) low = value
    if (value > high && Number.isFinite(value)) high = value
  }
  if (low > high || !Number.isFinite(low)) return [0, 1]
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}
