import { emptyMetricColumns, type MetricColumns } from '../../src-preload/contract/columns.ts'
import { allRows, execute, oneRow, type Query, type ReadDb, sql, type WriteDb } from './sql.ts'

interface PackedRow {
  readonly step: number
  readonly atMs: number
  readonly elapsedMs: number
  readonly numbers: Uint8Array | null
}

export const packedStepsQuery = (runId: string): Query => sql`
  SELECT steps.step AS step, steps.at_ms AS atMs, steps.elapsed_ms AS elapsedMs, step_metrics.numbers AS numbers
  FROM steps LEFT JOIN step_metrics ON step_metrics.run_id = steps.run_id AND step_metrics.step = steps.step
  WHERE steps.run_id = ${runId} ORDER BY steps.step`

/** All metrics of a run, every step, as packed columns. */
export function metricColumns(db: ReadDb, runId: string): MetricColumns {
  const names = metricNames(db, runId)
  const rows = allRows<PackedRow>(db, packedStepsQuery(runId))
  const packed = emptyMetricColumns(rows.length, names.length)
  const metrics = names.map((_, index) => packed.metric(index))
  const scratch = new Float64Array(names.length)
  const scratchBytes = new Uint8Array(scratch.buffer)
  rows.forEach(({ step, atMs, elapsedMs, numbers }, row) => {
    packed.steps[row] = step
    packed.atMs[row] = atMs
    packed.elapsedMs[row] = elapsedMs
    if (!numbers) return
    scratchBytes.set(numbers)
    const count = numbers.byteLength / 8
    for (let index = 0; index < count; index++) metrics[index]![row] = scratch[index]!
  })
  return { runId, count: rows.length, names, columns: packed.columns }
}

function metricNames(db: ReadDb, runId: string): string[] {
  return allRows<{ name: string }>(
    db,
    sql`SELECT name FROM metric_names WHERE run_id = ${runId} ORDER BY position`,
  ).map(({ name }) => name)
}

/** Writes metrics into the packed row of their step, beside those that are there already. */
export function packMetrics(db: WriteDb, runId: string, step: number, metrics: Readonly<Record<string, number>>): void {
  const positions = new Map(metricNames(db, runId).map((name, index) => [name, index]))
  for (const name of Object.keys(metrics)) {
    if (positions.has(name)) continue
    execute(db, sql`INSERT INTO metric_names (run_id, position, name) VALUES (${runId}, ${positions.size}, ${name})`)
    positions.set(name, positions.size)
  }
  const before = oneRow<{ numbers: Uint8Array }>(
    db,
    sql`SELECT numbers FROM step_metrics WHERE run_id = ${runId} AND step = ${step}`,
  )
  const numbers = new Float64Array(positions.size).fill(Number.NaN)
  if (before) new Uint8Array(numbers.buffer).set(before.numbers)
  for (const [name, value] of Object.entries(metrics)) numbers[positions.get(name)!] = value
  const bytes = new Uint8Array(numbers.buffer)
  execute(db, sql`INSERT OR REPLACE INTO step_metrics (run_id, step, numbers) VALUES (${runId}, ${step}, ${bytes})`)
}
