import type { RunColumns } from '../lib/run-columns.ts'
import { type AxisId, axes } from './axis.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** The points of one line; both arrays grow in place, so that a chart that holds them need not be told. */
export interface LinePoints {
  readonly raw: Point[]
  readonly smooth: Point[]
  /** Rows of the columns that are in the arrays. */
  rows: number
  revision: number
  readonly smoothing: number
  readonly axis: AxisId
  average: number
  weight: number
}

export function emptyPoints(smoothing: number, axis: AxisId = 'step'): LinePoints {
  return { raw: [], smooth: [], rows: 0, revision: 0, smoothing, axis, average: 0, weight: 0 }
}

/**
 * Brings the points up to the columns from row `from` on; rows before it are as they were. Smoothing is an exponential
 * moving average with the bias of its start removed (as in Adam), over recorded values only. Returns whether a point changed.
 */
export function updatePoints(points: LinePoints, columns: RunColumns, metric: string, from: number): boolean {
  if (from < points.rows || points.revision !== columns.revision) clearPoints(points)
  const column = columns.values.get(metric)
  const before = points.raw.length
  const place = axes[points.axis].at
  for (let row = points.rows; row < columns.steps.length; row++) {
    const value = column?.[row]
    if (value === null || value === undefined || !Number.isFinite(value)) continue
    const x = place(columns, row)
    points.raw.push({ x, y: value })
    points.average = points.smoothing * points.average + (1 - points.smoothing) * value
    points.weight = points.smoothing * points.weight + (1 - points.smoothing)
    points.smooth.push({ x, y: points.average / points.weight })
  }
  points.rows = columns.steps.length
  points.revision = columns.revision
  return points.raw.length !== before || before === 0
}

/** Empties the arrays; the update goes on to fill them again. */
function clearPoints(points: LinePoints): void {
  points.raw.length = 0
  points.smooth.length = 0
  points.rows = 0
  points.average = 0
  points.weight = 0
}

/** Index of the point nearest to `x` in points that ascend, or -1 when there is none. */
export function nearestIndex(points: readonly Point[], x: number): number {
  let low = 0
  let high = points.length - 1
  if (high < 0) return -1
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.x < x) low = middle + 1
    else high = middle
  }
  const before = points[low - 1]
  return before && x - before.x <= points[low]!.x - x ? low - 1 : low
}

/** The point exactly at `x`, if there is one. */
export function pointAt(points: readonly Point[], x: number): Point | undefined {
  const point = points[nearestIndex(points, x)]
  return point?.x === x ? point : undefined
}
