import { z } from 'zod'

/** Which metrics of a run are read: a page asks for those it shows first, and then for the others. */
export const columnChoiceSchema = z.strictObject({
  names: z.array(z.string()).max(1000),
  /** All but the names instead, of the steps up to this one: those that the first answer held. */
  othersUpToStep: z.int().optional(),
})
export type ColumnChoice = z.infer<typeof columnChoiceSchema>

/** Metrics of a run, packed: little-endian float64 columns of `count` rows each, one after another. */
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

/** Metrics of some steps as columns; null or NaN where a value is not recorded. */
export interface NumberSeries {
  readonly runId: string
  readonly steps: ArrayLike<number>
  /** Milliseconds since the epoch at which each step was recorded. */
  readonly atMs: ArrayLike<number>
  /** Training milliseconds since the start of the run without pauses. */
  readonly elapsedMs: ArrayLike<number>
  readonly values: Readonly<Record<string, ArrayLike<number | null>>>
}

/** Reads packed columns: views on their bytes, since a million numbers are slow to convert. Throws a sentence when their size does not fit. */
export function unpackMetricColumns({ runId, count, names, columns }: MetricColumns) {
  const expected = 8 * count * (fixedColumns + names.length)
  if (columns.byteLength !== expected)
    throw new Error(
      `Metrics of ${count} steps and ${names.length} names have ${expected} bytes, got ${columns.byteLength}.`,
    )
  // The bytes may lie anywhere in a message; float64 needs a multiple of eight.
  const aligned = columns.byteOffset % 8 === 0 ? columns : columns.slice()
  const numbers = new Float64Array(aligned.buffer, aligned.byteOffset, expected / 8)
  const column = (index: number): Float64Array => numbers.subarray(index * count, (index + 1) * count)
  return {
    runId,
    steps: column(0),
    atMs: column(1),
    elapsedMs: column(2),
    values: Object.fromEntries(names.map((name, index) => [name, column(fixedColumns + index)])),
  } satisfies NumberSeries
}
