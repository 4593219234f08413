import type { NumberSeries } from '../../src-preload/contract/columns.ts'
import { MetricColumn } from './metric-column.ts'

/** All metrics of one run as columns that grow in place; row i of a metric belongs to `steps[i]`. */
export interface RunColumns {
  readonly steps: number[]
  readonly atMs: number[]
  readonly elapsedMs: number[]
  readonly values: Map<string, MetricColumn>
  /** Metrics that the run is known to have, whether their values have been read or not. */
  readonly names: Set<string>
  /** Grows whenever a row before the last one changed: readers start again. */
  revision: number
}

export function emptyColumns(): RunColumns {
  return { steps: [], atMs: [], elapsedMs: [], values: new Map(), names: new Set(), revision: 0 }
}

/** Whether the series leaves steps out between the last known one and its first. */
export function leavesGap(columns: RunColumns, series: NumberSeries): boolean {
  const last = columns.steps.at(-1)
  const first = series.steps[0]
  return last !== undefined && first !== undefined && first > last + 1
}

/**
 * Merges a series: known steps are replaced whole (an evaluation adds to a recorded step), new ones appended.
 * Steps must ascend. Returns the first index that changed, or null when nothing did.
 */
export function mergeSeries(columns: RunColumns, series: NumberSeries): number | null {
  const count = series.steps.length
  if (count === 0) return null
  if (columns.steps.length === 0) return fillColumns(columns, series)
  const lastBefore = columns.steps.length - 1
  let firstChanged = columns.steps.length
  const rows = Array.from(series.steps, (step, index) => {
    const row = rowOf(columns, step)
    if (row < columns.steps.length && columns.steps[row] === step) firstChanged = Math.min(firstChanged, row)
    else columns.steps.push(step)
    columns.atMs[row] = series.atMs[index] ?? 0
    columns.elapsedMs[row] = series.elapsedMs[index] ?? 0
    return row
  })
  for (const name of Object.keys(series.values))
    if (!columns.values.has(name)) setColumn(columns, name, new MetricColumn())
  for (const [name, column] of columns.values) {
    column.resize(columns.steps.length)
    const incoming = series.values[name]
    for (const [index, row] of rows.entries()) column.set(row, incoming?.[index])
  }
  if (firstChanged < lastBefore) columns.revision++
  return firstChanged
}

/** The first series of a run may be long: its columns are taken as they are. */
function fillColumns(columns: RunColumns, series: NumberSeries): number {
  const count = series.steps.length
  for (let index = 0; index < count; index++) {
    columns.steps.push(series.steps[index]!)
    columns.atMs.push(series.atMs[index] ?? 0)
    columns.elapsedMs.push(series.elapsedMs[index] ?? 0)
  }
  for (const column of columns.values.values()) column.resize(count)
  for (const [name, values] of Object.entries(series.values))
    setColumn(columns, name, new MetricColumn(asNumbers(values)))
  return 0
}

/**
 * Adds metrics that were read after others of the same steps. Returns false, and changes nothing, when the steps are not the
 * same any more.
 */
export function addMetrics(columns: RunColumns, series: NumberSeries): boolean {
  const count = series.steps.length
  if (count !== columns.steps.length || series.steps[count - 1] !== columns.steps[count - 1]) return false
  for (const [name, values] of Object.entries(series.values))
    setColumn(columns, name, new MetricColumn(asNumbers(values)))
  return true
}

function setColumn({ values, names }: RunColumns, name: string, column: MetricColumn): void {
  values.set(name, column)
  names.add(name)
}

const asNumbers = (values: ArrayLike<number | null>): Float64Array =>
  values instanceof Float64Array ? values : Float64Array.from(values, (value) => value ?? Number.NaN)

/** Forgets every step after `step`: a run that resumed from an earlier checkpoint. Returns whether any was forgotten. */
export function forgetAfter(columns: RunColumns, step: number): boolean {
  let count = columns.steps.length
  while (count > 0 && columns.steps[count - 1]! > step) count--
  if (count === columns.steps.length) return false
  columns.steps.length = count
  columns.atMs.length = count
  columns.elapsedMs.length = count
  for (const column of columns.values.values()) column.resize(Math.min(column.length, count))
  columns.revision++
  return true
}

/** The last recorded value of a metric, or null. */
export function lastValue(columns: RunColumns, name: string): number | null {
  const column = columns.values.get(name)
  return column?.at(column.lastRow) ?? null
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
