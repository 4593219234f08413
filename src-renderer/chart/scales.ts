import { LogarithmicScale, type Scale } from 'chart.js'

/** An axis with its ticks, wherever it is drawn. */
export interface DrawnScale {
  readonly min: number
  readonly max: number
  readonly ticks: readonly { readonly value: number; readonly label: string }[]
  /** Place of a value, 0 to 1 from the scale's start; NaN where the axis has no place for it. */
  readonly part: (value: number) => number
}

/** An axis on a canvas. */
export interface PixelScale extends DrawnScale {
  readonly pixelOf: (value: number) => number
  readonly valueAt: (pixel: number) => number
}

/** An axis of a chart as it was last laid out. */
export function pixelScale(scale: Scale): PixelScale {
  const positive = scale instanceof LogarithmicScale
  // Chart.js takes zero on a logarithmic axis for the least value that it shows.
  const pixelOf = (value: number): number => (positive && value <= 0 ? Number.NaN : scale.getPixelForValue(value))
  const [start, end] = [scale.getPixelForValue(scale.min), scale.getPixelForValue(scale.max)]
  return {
    ...{ min: scale.min, max: scale.max, pixelOf },
    ticks: scale.ticks.map(({ value, label }) => ({ value, label: String(label ?? value) })),
    part: (value) => (pixelOf(value) - start) / (end - start || 1),
    valueAt: (pixel) => scale.getValueForPixel(pixel) ?? scale.min,
  }
}
