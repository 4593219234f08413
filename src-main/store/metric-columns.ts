import { type ColumnChoice, emptyMetricColumns, type MetricColumns } from '../../src-preload/contract/columns.ts'
import { allRows, allValues, execute, oneRow, type Query, type ReadDb, sql, type WriteDb } from './sql.ts'

interface StepRow {
  readonly step: number
  readonly atMs: number
  readonly elapsedMs: number
}

export const recordedStepsQuery = (runId: string, upToStep: number): Query => sql`
  SELECT step, at_ms AS atMs, elapsed_ms AS elapsedMs FROM steps
  WHERE run_id = ${runId} AND step <= ${upToStep} ORDER BY step`

export const packedNumbersQuery = (runId: string, upToStep: number): Query => sql`
  SELECT step_metrics.numbers
  FROM steps LEFT JOIN step_metrics ON step_metrics.run_id = steps.run_id AND step_metrics.step = steps.step
  WHERE steps.run_id = ${runId} AND steps.step <= ${upToStep} ORDER BY steps.step`

/** Metrics of a run as packed columns, of every step: all, or those of a choice. */
export function metricColumns(db: ReadDb, runId: string, choice?: ColumnChoice): MetricColumns {
  return db.transaction(() => readColumns(db, runId, choice))()
}

function readColumns(db: ReadDb, runId: string, choice: ColumnChoice | undefined): MetricColumns {
  const upToStep = choice?.othersUpToStep ?? Number.MAX_SAFE_INTEGER
  const recorded = metricNames(db, runId)
  const wanted = chosenPositions(recorded, choice)
  const rows = allRows<StepRow>(db, recordedStepsQuery(runId, upToStep))
  const packed = emptyMetricColumns(rows.length, wanted.length)
  rows.forEach(({ step, atMs, elapsedMs }, row) => {
    packed.steps[row] = step
    packed.atMs[row] = atMs
    packed.elapsedMs[row] = elapsedMs
  })
  const columns = wanted.map((_, index) => packed.metric(index))
  const scratch = new Float64Array(recorded.length)
  const scratchBytes = new Uint8Array(scratch.buffer)
  allValues<Uint8Array | null>(db, packedNumbersQuery(runId, upToStep)).forEach((numbers, row) => {
    if (!numbers) return
    scratchBytes.set(numbers)
    const count = numbers.byteLength / 8
    for (let index = 0; index < wanted.length; index++)
      if (wanted[index]! < count) columns[index]![row] = scratch[wanted[index]!]!
  })
  return { runId, count: rows.length, names: wanted.map((position) => recorded[position]!), columns: packed.columns }
}

/** Positions of the chosen names in the packed rows. */
function chosenPositions(recorded: readonly string[], choice: ColumnChoice | undefined): number[] {
  const names = new Set(choice?.names)
  const asksOthers = choice === undefined || choice.othersUpToStep !== undefined
  return recorded.flatMap((name, position) => (names.has(name) === asksOthers ? [] : [position]))
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
