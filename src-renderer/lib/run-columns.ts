import type { MetricSeries } from '../../src-preload/contract/run.ts'

/** All metrics of one run as columns that grow in place; `values[name][i]` belongs to `steps[i]`. */
export interface RunColumns {
  readonly steps: number[]
  readonly atMs: number[]
  readonly elapsedMs: number[]
  readonly values: Map<string, (number | null)[]>
  /** Grows whenever a row before the last one changed: readers start again. */
  revision: number
}

export function emptyColumns(): RunColumns {
  return { steps: [], atMs: [], elapsedMs: [], values: new Map(), revision: 0 }
}

/** Whether the series leaves steps out between the last known one and its first. */
export function leavesGap(columns: RunColumns, series: MetricSeries): boolean {
  const last = columns.steps.at(-1)
  const first = series.steps[0]
  return last !== undefined && first !== undefined && first > last + 1
}

/**
 * Merges a series: known steps are replaced whole (an evaluation adds to a recorded step), new ones appended.
 * Steps must ascend. Returns the first index that changed, or null when nothing did.
 */
export function mergeSeries(columns: RunColumns, series: MetricSeries): number | null {
  const count = series.steps.length
  if (count === 0) return null
  if (columns.steps.length === 0) return fillColumns(columns, series)
  const lastBefore = columns.steps.length - 1
  let firstChanged = columns.steps.length
  const rows = series.steps.map((step, index) => {
    const row = rowOf(columns, step)
    if (row < columns.steps.length && columns.steps[row] === step) firstChanged = Math.min(firstChanged, row)
    else columns.steps.push(step)
    columns.atMs[row] = series.atMs[index] ?? 0
    columns.elapsedMs[row] = series.elapsedMs[index] ?? 0
    return row
  })
  for (const name of Object.keys(series.values)) if (!columns.values.has(name)) columns.values.set(name, [])
  for (const [name, column] of columns.values) {
    while (column.length < columns.steps.length) column.push(null)
    const incoming = series.values[name]
    rows.forEach((row, index) => {
      column[row] = incoming?.[index] ?? null
    })
  }
  if (firstChanged < lastBefore) columns.revision++
  return firstChanged
}

/** The first series of a run may be long: it is copied column by column. */
function fillColumns(columns: RunColumns, series: MetricSeries): number {
  for (const [index, step] of series.steps.entries()) {
    columns.steps.push(step)
    columns.atMs.push(series.atMs[index] ?? 0)
    columns.elapsedMs.push(series.elapsedMs[index] ?? 0)
  }
  for (const name of columns.values.keys())
    columns.values.set(
      name,
      series.steps.map(() => null),
    )
  for (const [name, values] of Object.entries(series.values)) columns.values.set(name, [...values])
  return 0
}

/** Forgets every step after `step`: a run that resumed from an earlier checkpoint. Returns whether any was forgotten. */
export function forgetAfter(columns: RunColumns, step: number): boolean {
  let count = columns.steps.length
  while (count > 0 && columns.steps[count - 1]! > step) count--
  if (count === columns.steps.length) return false
  columns.steps.length = count
  columns.atMs.length = count
  columns.elapsedMs.length = count
  for (const column of columns.values.values()) column.length = Math.min(column.length, count)
  columns.revision++
  return true
}

/** The last recorded value of a metric, or null. */
export function lastValue(columns: RunColumns, name: string): number | null {
  return columns.values.get(name)?.findLast((value) => value !== null) ?? null
}

/** Row of the first step that is at least `step`, or one past the last. */
function rowOf(columns: RunColumns, step: number): number {
  let [low, high] = [0, columns.steps.length]
  // New steps come at the end.
  if (high === 0 || columns.steps[high - 1]! < step) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if (columns.steps[middle]! < step) low = middle + 1
    else high = middle
  }
  return low
}
