import type { MetricSeries } from './run.ts'

/** All metrics of a run, packed: little-endian float64 columns of `count` rows each, one after another. */
export interface MetricColumns {
  readonly runId: string
  /** Rows of every column. */
  readonly count: number
  readonly names: readonly string[]
  /** Steps, milliseconds since the epoch, training milliseconds, then one column per name; NaN where not recorded. */
  readonly columns: Uint8Array
}

const fixedColumns = 3

/** Bytes for a series of so many rows and metrics, and the views to fill them. */
export function emptyMetricColumns(count: number, metrics: number) {
  const numbers = new Float64Array(count * (fixedColumns + metrics)).fill(Number.NaN)
  const column = (index: number): Float64Array => numbers.subarray(index * count, (index + 1) * count)
  return {
    columns: new Uint8Array(numbers.buffer),
    steps: column(0),
    atMs: column(1),
    elapsedMs: column(2),
    metric: (index: number): Float64Array => column(fixedColumns + index),
  }
}

/** Reads packed columns. Throws a sentence when their size does not fit. */
export function unpackMetricColumns({ runId, count, names, columns }: MetricColumns): MetricSeries {
  const expected = 8 * count * (fixedColumns + names.length)
  if (columns.byteLength !== expected)
    throw new Error(
      `Metrics of ${count} steps and ${names.length} names have ${expected} bytes, got ${columns.byteLength}.`,
    )
  // The bytes may lie anywhere in a message; float64 needs a multiple of eight.
  const numbers = new Float64Array(columns.slice().buffer)
  const column = (index: number): Float64Array => numbers.subarray(index * count, (index + 1) * count)
  return {
    runId,
    steps: Array.from(column(0)),
    atMs: Array.from(column(1)),
    elapsedMs: Array.from(column(2)),
    values: Object.fromEntries(names.map((name, index) => [name, withNulls(column(fixedColumns + index))])),
  }
}

/** A plain loop: a run may have a million numbers, and iterators take ten times as long. */
function withNulls(values: Float64Array): (number | null)[] {
  const cells = new Array<number | null>(values.length)
  for (let row = 0; row < values.length; row++) cells[row] = Number.isNaN(values[row]!) ? null : values[row]!
  return cells
}
