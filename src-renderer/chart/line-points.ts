import type { RunColumns } from '../lib/run-columns.ts'
import { type AxisId, axes } from './axis.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** The points of one line as columns: `count` of each array are filled, x ascends. */
export interface LinePoints {
  x: Float64Array
  raw: Float64Array
  smooth: Float64Array
  count: number
  /** Rows of the run's columns that have been read. */
  rows: number
  revision: number
  readonly smoothing: number
  readonly axis: AxisId
  average: number
  weight: number
}

/** What summaries, tables and drawings read of a line. */
export type ReadPoints = Readonly<Pick<LinePoints, 'x' | 'raw' | 'smooth' | 'count'>>

const smallest = 64

export function emptyPoints(smoothing: number, axis: AxisId = 'step'): LinePoints {
  const empty = new Float64Array(0)
  return {
    ...{ x: empty, raw: empty, smooth: empty, count: 0 },
    ...{ rows: 0, revision: 0, smoothing, axis, average: 0, weight: 0 },
  }
}

/**
 * Brings the points up to the columns from row `from` on; rows before it are as they were. Smoothing is an exponential
 * moving average with the bias of its start removed (as in Adam), over recorded values only. Returns whether a point changed.
 */
export function updatePoints(points: LinePoints, columns: RunColumns, metric: string, from: number): boolean {
  if (from < points.rows || points.revision !== columns.revision) clearPoints(points)
  const rows = columns.steps.length
  const before = points.count
  const numbers = columns.values.get(metric)?.numbers
  if (numbers) readRows(points, columns, numbers.subarray(0, rows))
  // A metric may come after the steps it belongs to.
  points.rows = numbers ? rows : 0
  points.revision = columns.revision
  return points.count !== before || before === 0
}

function readRows(points: LinePoints, columns: RunColumns, numbers: Float64Array): void {
  makeRoom(points, points.count + numbers.length - points.rows)
  const place = axes[points.axis].at
  const { x, raw, smooth, smoothing } = points
  for (let row = points.rows; row < numbers.length; row++) {
    const value = numbers[row]!
    if (!Number.isFinite(value)) continue
    const at = points.count++
    x[at] = place(columns, row)
    raw[at] = value
    points.average = smoothing * points.average + (1 - smoothing) * value
    points.weight = smoothing * points.weight + (1 - smoothing)
    smooth[at] = points.average / points.weight
  }
}

function makeRoom(points: LinePoints, count: number): void {
  if (count <= points.x.length) return
  const grown = (old: Float64Array): Float64Array => {
    const cells = new Float64Array(Math.max(smallest, Math.ceil(1.5 * count)))
    cells.set(old.subarray(0, points.count))
    return cells
  }
  points.x = grown(points.x)
  points.raw = grown(points.raw)
  points.smooth = grown(points.smooth)
}

/** Forgets the points; the update goes on to read them again. */
function clearPoints(points: LinePoints): void {
  points.count = 0
  points.rows = 0
  points.average = 0
  points.weight = 0
}

/** First index of ascending places whose place is at least `x`, or `count`. */
export function firstAtLeast({ x: places, count }: Pick<ReadPoints, 'x' | 'count'>, x: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (places[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the point nearest to `x`, or -1 when there is none. */
export function nearestIndex(points: Pick<ReadPoints, 'x' | 'count'>, x: number): number {
  const { x: places, count } = points
  if (count === 0) return -1
  const after = Math.min(count - 1, firstAtLeast(points, x))
  return after > 0 && x - places[after - 1]! <= places[after]! - x ? after - 1 : after
}

/** Index of the point exactly at `x`, or -1. */
export function indexAt(points: Pick<ReadPoints, 'x' | 'count'>, x: number): number {
  const index = firstAtLeast(points, x)
  return index < points.count && points.x[index] === x ? index : -1
}
