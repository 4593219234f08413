/** An axis with its ticks, wherever it is drawn. */
export interface DrawnScale {
  readonly min: number
  readonly max: number
  readonly ticks: readonly { readonly value: number; readonly label: string }[]
  /** Place of a value, 0 to 1 from the scale's start; NaN where the axis has no place for it. */
  readonly part: (value: number) => number
}

/** An axis that can be read both ways. */
export interface AxisScale extends DrawnScale {
  /** The value at a part of the axis. */
  readonly at: (part: number) => number
}

/** An axis on a canvas. */
export interface PixelScale extends AxisScale {
  readonly pixelOf: (value: number) => number
  readonly valueAt: (pixel: number) => number
}

export interface AxisOptions {
  readonly logarithmic: boolean
  /** Most ticks an axis whose ends are ticks may have. */
  readonly ticks: number
  /** Ticks are whole numbers. */
  readonly whole: boolean
  /** The axis ends where the values do, not at the next ticks. */
  readonly exact: boolean
  readonly format: (value: number) => string
}

export type Ends = readonly [low: number, high: number]

/** An axis from `low` to `high`, or a little further to the next ticks. A logarithmic one needs ends above zero. */
export function axisScale(ends: Ends, options: AxisOptions): AxisScale {
  return options.logarithmic ? logarithmicScale(ends, options) : linearScale(ends, options)
}

/** The smallest of 1, 2, 5 and 10 times a power of ten that is at least `rough`. */
function roundStep(rough: number): number {
  const unit = 10 ** Math.floor(Math.log10(rough))
  return unit * ([1, 2, 5, 10].find((factor) => unit * factor >= rough) ?? 10)
}

/** Takes the error of binary fractions from a multiple of a round step. */
const rounded = (value: number): number => Number(value.toPrecision(12))
/** Part of a step by which a value may miss a tick and still be on it. */
const slack = 1e-9

function linearScale([low, high]: Ends, { ticks: most, whole, exact, format }: AxisOptions): AxisScale {
  let step = Math.max(whole ? 1 : 0, roundStep((high - low) / (most - 1)))
  const first = (): number => Math.floor(low / step + slack)
  const last = (): number => Math.ceil(high / step - slack)
  while (last() - first() > most - 1) step = roundStep(1.5 * step)
  const [min, max] = exact ? [low, high] : [rounded(first() * step), rounded(last() * step)]
  const values = multiples(step, min, max)
  return {
    ...{ min, max, ticks: labelled(values, format) },
    part: (value) => (value - min) / (max - min),
    at: (part) => min + part * (max - min),
  }
}

function multiples(step: number, min: number, max: number): number[] {
  const first = Math.ceil(min / step - slack)
  const count = Math.floor(max / step + slack) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => rounded((first + index) * step))
}

const labelled = (values: readonly number[], format: AxisOptions['format']) =>
  values.map((value) => ({ value, label: format(value) }))

function logarithmicScale([low, high]: Ends, { ticks: most, whole, exact, format }: AxisOptions): AxisScale {
  const [min, max] = exact ? [low, high] : [roundBelow(low), roundStep(high)]
  const span = Math.log(max / min)
  const values = logarithmicTicks(min, max, most).filter((value) => !whole || Number.isInteger(value))
  return {
    ...{ min, max, ticks: labelled(values, format) },
    part: (value) => (value > 0 ? Math.log(value / min) / span : Number.NaN),
    at: (part) => min * Math.exp(part * span),
  }
}

/** The greatest of 1, 2 and 5 times a power of ten that is at most `value`. */
function roundBelow(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return unit * ([5, 2].find((factor) => unit * factor <= value) ?? 1)
}

/** Powers of ten, with what lies between them where there is room, or even ticks where a decade is too long. */
function logarithmicTicks(min: number, max: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min) + slack), Math.ceil(Math.log10(max) - slack)]
  const of = (factors: readonly number[], every: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)
      .filter((power) => power % every === 0)
      .flatMap((power) => factors.map((factor) => rounded(factor * 10 ** power)))
      .filter((value) => value >= min * (1 - slack) && value <= max * (1 + slack))
  const fine = of([1, 2, 5], 1)
  if (fine.length < 3) return multiples(roundStep((max - min) / (most - 1)), min, max).filter((value) => value > 0)
  if (fine.length <= most) return fine
  let every = 1
  while (of([1], every).length > most) every++
  return of([1], every)
}

/** Lays an axis on pixels; `end` lies before `start` on a y axis. */
export function onPixels(scale: AxisScale, start: number, end: number): PixelScale {
  return {
    ...scale,
    pixelOf: (value) => start + scale.part(value) * (end - start),
    valueAt: (pixel) => scale.at((pixel - start) / (end - start)),
  }
}

/** Ends around values that may be none, one or the same. */
export function widened([low, high]: Ends): Ends {
  if (low > high) return [0, 1]
  const half = Math.abs(high) * 0.05 || 1
  return low === high ? [low - half, high + half] : [low, high]
}
