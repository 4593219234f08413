import type { MetricSeries } from '../../src-preload/contract/run.ts'
import { allRows, type Query, type ReadDb, sql } from './sql.ts'

interface Cell {
  readonly step: number
  readonly atMs: number
  readonly elapsedMs: number
  readonly name: string | null
  readonly value: number | null
}

export const cellsAfterStepQuery = (runId: string, afterStep: number): Query => sql`
  SELECT steps.step AS step, steps.at_ms AS atMs, steps.elapsed_ms AS elapsedMs, metrics.name AS name, metrics.value AS value
  FROM steps LEFT JOIN metrics ON metrics.run_id = steps.run_id AND metrics.step = steps.step
  WHERE steps.run_id = ${runId} AND steps.step > ${afterStep} ORDER BY steps.step, metrics.name`

export const cellsAfterSequenceQuery = (runId: string, afterSequence: number): Query => sql`
  SELECT steps.step AS step, steps.at_ms AS atMs, steps.elapsed_ms AS elapsedMs, metrics.name AS name, metrics.value AS value
  FROM steps LEFT JOIN metrics ON metrics.run_id = steps.run_id AND metrics.step = steps.step
  WHERE steps.run_id = ${runId} AND steps.sequence > ${afterSequence} ORDER BY steps.step, metrics.name`

/** Metrics of the steps after `afterStep` (-1: all) as columns; all of them unless `names` picks some. */
export function metricSeries(
  db: ReadDb,
  { id, afterStep, names }: { readonly id: string; readonly afterStep: number; readonly names?: readonly string[] },
): MetricSeries {
  return columnsOf(id, allRows<Cell>(db, cellsAfterStepQuery(id, afterStep)), names)
}

/**
 * Metrics of the steps recorded or changed after a sequence number of the run. A step may come again, whole, when an
 * evaluation adds to it.
 */
export function metricSeriesAfterSequence(db: ReadDb, runId: string, afterSequence: number): MetricSeries {
  return columnsOf(runId, allRows<Cell>(db, cellsAfterSequenceQuery(runId, afterSequence)))
}

function columnsOf(runId: string, cells: readonly Cell[], names?: readonly string[]): MetricSeries {
  const wanted = names && new Set(names)
  const steps: number[] = []
  const atMs: number[] = []
  const elapsedMs: number[] = []
  for (const cell of cells) {
    if (steps.at(-1) === cell.step) continue
    steps.push(cell.step)
    atMs.push(cell.atMs)
    elapsedMs.push(cell.elapsedMs)
  }
  const values: Record<string, (number | null)[]> = {}
  let index = 0
  for (const cell of cells) {
    while (steps[index] !== cell.step) index++
    if (cell.name === null || (wanted && !wanted.has(cell.name))) continue
    values[cell.name] ??= new Array<number | null>(steps.length).fill(null)
    values[cell.name]![index] = cell.value
  }
  return { runId, steps, atMs, elapsedMs, values }
}
