import { firstAtLeast, type Point, type ReadPoints } from './line-points.ts'

/** The part of the x axis that is drawn, and how many pixels it has. */
export interface Sight {
  /** Null shows all points. */
  readonly range: readonly [from: number, to: number] | null
  readonly pixels: number
  readonly logarithmic: boolean
}

/**
 * The points to draw of a line: the least and the greatest value of every two pixels, in their order, which looks like all
 * points and costs a line of one point per pixel; with few points all of them. One point beyond either end of the range is kept,
 * so that the line leaves the sight.
 */
export function pointsInSight(points: ReadPoints, values: Float64Array, sight: Sight): Point[] {
  const { x } = points
  const [from, to] = indicesInSight(points, sight)
  const buckets = Math.max(1, Math.floor(sight.pixels / 2))
  if (to - from <= 2 * buckets) return allPoints(x, values, from, to)
  const place = sight.logarithmic ? Math.log : (at: number): number => at
  const start = place(x[from]!)
  const scale = buckets / (place(x[to - 1]!) - start || 1)
  const shown: Point[] = [{ x: x[from]!, y: values[from]! }]
  let bucket = 0
  let [least, most] = [from, from]
  const close = (): void => {
    for (const index of least < most ? [least, most] : [most, least])
      if (x[index]! > shown.at(-1)!.x) shown.push({ x: x[index]!, y: values[index]! })
  }
  for (let index = from + 1; index < to; index++) {
    const own = Math.floor((place(x[index]!) - start) * scale)
    if (own !== bucket) {
      close()
      bucket = own
      least = index
      most = index
    } else if (values[index]! < values[least]!) least = index
    else if (values[index]! > values[most]!) most = index
  }
  close()
  if (x[to - 1]! > shown.at(-1)!.x) shown.push({ x: x[to - 1]!, y: values[to - 1]! })
  return shown
}

function allPoints(x: Float64Array, values: Float64Array, from: number, to: number): Point[] {
  const shown: Point[] = []
  for (let index = from; index < to; index++) shown.push({ x: x[index]!, y: values[index]! })
  return shown
}

/** First and one past the last index to draw; a logarithmic axis has no place for zero. */
function indicesInSight(points: ReadPoints, { range, logarithmic }: Sight): [from: number, to: number] {
  const first = logarithmic ? firstAtLeast(points, Number.MIN_VALUE) : 0
  if (!range) return [first, points.count]
  const from = Math.max(first, firstAtLeast(points, range[0]) - 1)
  const to = Math.min(points.count, firstAtLeast(points, range[1]) + 1)
  return [from, to]
}
