import type { ReadPoints } from '../../../src-renderer/chart/line-points.ts'

/** Points of a line that is not smoothed. */
export function pointColumns(x: readonly number[], y: readonly number[]): ReadPoints {
  const raw = Float64Array.from(y)
  return { x: Float64Array.from(x), raw, smooth: raw, count: x.length }
}
