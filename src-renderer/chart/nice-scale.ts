import type { DrawnScale } from './scales.ts'
import { tickTexts } from './tick-texts.ts'

const wantedTicks = 5

/** A linear scale around the values, of a unit, with round ticks; for drawings that no living chart stands behind. */
export function niceScale(values: readonly number[], valueUnit = ''): DrawnScale {
  const known = values.filter(Number.isFinite)
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  if (low > high) return niceScale([0, 1], valueUnit)
  const span = high - low || Math.abs(high) || 1
  const rough = span / wantedTicks
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = unit * ([1, 2, 5, 10].find((factor) => unit * factor >= rough) ?? 10)
  const min = Math.floor(low / step) * step
  const max = Math.max(min + step, Math.ceil(high / step) * step)
  const count = Math.round((max - min) / step)
  // A sum of steps may miss zero by a rounding.
  const places = Array.from({ length: count + 1 }, (_, index) =>
    Number((Math.round(min / step + index) * step).toPrecision(12)),
  )
  return scaleOf(min, max, places, valueUnit)
}

/** A linear scale from one value to another, with round ticks between. */
export function exactScale(low: number, high: number): DrawnScale {
  if (!(low < high)) return niceScale([low, high])
  const places = niceScale([low, high]).ticks.map(({ value }) => value)
  return scaleOf(
    low,
    high,
    places.filter((place) => place >= low && place <= high),
  )
}

function scaleOf(min: number, max: number, places: readonly number[], valueUnit = ''): DrawnScale {
  const texts = tickTexts(places, valueUnit)
  return {
    min,
    max,
    ticks: places.map((value, index) => ({ value, label: texts[index]! })),
    part: (value) => (value - min) / (max - min),
  }
}
