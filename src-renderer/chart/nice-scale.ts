import { formatNumber } from '../lib/format.ts'
import { axisScale, type DrawnScale, widened } from './axis-scale.ts'

/** A linear scale around the values with round ticks; for drawings that no living chart stands behind. */
export function niceScale(values: readonly number[]): DrawnScale {
  const known = values.filter(Number.isFinite)
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const format = (value: number): string => formatNumber(value, 3)
  return axisScale(widened([low, high]), { logarithmic: false, ticks: 6, whole: false, exact: false, format })
}
