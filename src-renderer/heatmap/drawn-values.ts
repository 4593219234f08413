import { formatNumber } from '../lib/format.ts'
import type { Channel } from './channels.ts'
import { extentOf } from './histogram.ts'
import { type ScaleShape, scaleDistance, scalePart } from './scale.ts'

/** A channel's values as plot and histogram draw them: as they are, or on the logarithmic scale as parts of it. */
export interface DrawnValues {
  readonly values: Float32Array
  readonly extent: readonly [low: number, high: number]
  readonly origin: number
  /** Where a value of the channel is drawn, and which value is drawn there. */
  readonly place: (value: number) => number
  readonly valueAt: (place: number) => number
  /** The value that is drawn at a place, as people read it. */
  readonly format: (place: number, digits?: number) => string
}

export function drawnValues(channel: Channel, values: Float32Array, end: number, shape: ScaleShape): DrawnValues {
  const { origin } = channel
  if (shape === 'linear') {
    const [low, high] = extentOf(values)
    const extent = [Math.min(low, origin), Math.max(high, origin)] as const
    return { values, extent, origin, place: (value) => value, valueAt: (place) => place, format: formatNumber }
  }
  const sign = values.some((value) => value < origin) ? -1 : 1
  const place = (value: number): number => scalePart(Math.abs(value - origin), end, 'log')
  const valueAt = (at: number): number => origin + sign * scaleDistance(at, end, 'log')
  const places = values.map(place)
  const most = Math.max(
    1,
    places.reduce((greatest, at) => Math.max(greatest, at), 0),
  )
  return {
    values: places,
    extent: [0, most],
    origin: 0,
    place,
    valueAt,
    format: (at, digits) => formatNumber(valueAt(at), digits),
  }
}
