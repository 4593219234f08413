import { formatNumber } from '../lib/format.ts'
import type { DrawnScale } from './scales.ts'

const wantedTicks = 5

/** A linear scale around the values with round ticks; for drawings that no living chart stands behind. */
export function niceScale(
  values: readonly number[],
  format: (value: number) => string = (value) => formatNumber(value, 3),
): DrawnScale {
  const known = values.filter(Number.isFinite)
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  if (low > high) return niceScale([0, 1], format)
  const span = high - low || Math.abs(high) || 1
  const rough = span / wantedTicks
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = unit * ([1, 2, 5, 10].find((factor) => unit * factor >= rough) ?? 10)
  const min = Math.floor(low / step) * step
  const max = Math.max(min + step, Math.ceil(high / step) * step)
  const count = Math.round((max - min) / step)
  return {
    min,
    max,
    ticks: Array.from({ length: count + 1 }, (_, index) => {
      const value = Number((min + index * step).toPrecision(12))
      return { value, label: format(value) }
    }),
    part: (value) => (value - min) / (max - min),
  }
}
