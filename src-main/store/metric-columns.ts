import { type ColumnChoice, emptyMetricColumns, type MetricColumns } from '../../src-preload/contract/columns.ts'
import { allRows, execute, oneRow, type Query, type ReadDb, sql, type WriteDb } from './sql.ts'

interface StepRow {
  readonly step: number
  readonly atMs: number
  readonly elapsedMs: number
}

export const recordedStepsQuery = (runId: string, upToStep: number): Query => sql`
  SELECT step, at_ms AS atMs, elapsed_ms AS elapsedMs FROM steps
  WHERE run_id = ${runId} AND step <= ${upToStep} ORDER BY step`

/**
 * The packed rows one after another, and the bytes of each: ten thousand values of SQLite are slow to hand over one by one. The bytes pass
 * as text because only text is joined; SQLite neither reads nor changes them (all texts of the file are UTF-8, as bytes are taken to be).
 */
export const packedNumbersQuery = (runId: string, upToStep: number): Query => sql`
  SELECT CAST(group_concat(CAST(numbers AS TEXT), '') AS BLOB) AS numbers, json_group_array(length(numbers)) AS sizes
  FROM (
    SELECT step_metrics.numbers AS numbers
    FROM steps LEFT JOIN step_metrics ON step_metrics.run_id = steps.run_id AND step_metrics.step = steps.step
    WHERE steps.run_id = ${runId} AND steps.step <= ${upToStep} ORDER BY steps.step
  )`

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
  let start = 0
  const { numbers, counts } = readNumbers(db, runId, upToStep)
  counts.forEach((count, row) => {
    for (let index = 0; index < wanted.length; index++)
      if (wanted[index]! < count) columns[index]![row] = numbers[start + wanted[index]!]!
    start += count
  })
  return { runId, count: rows.length, names: wanted.map((position) => recorded[position]!), columns: packed.columns }
}

/** The numbers of all steps one after another, and how many each step has. */
function readNumbers(db: ReadDb, runId: string, upToStep: number): { numbers: Float64Array; counts: number[] } {
  const read = oneRow<{ numbers: Uint8Array | null; sizes: string }>(db, packedNumbersQuery(runId, upToStep))!
  const sizes = JSON.parse(read.sizes) as (number | null)[]
  return {
    // A copy: the bytes of SQLite may begin anywhere.
    numbers: new Float64Array(new Uint8Array(read.numbers ?? []).buffer),
    counts: sizes.map((size) => (size ?? 0) / Float64Array.BYTES_PER_ELEMENT),
  }
}

/** Positions of the chosen names in the packed rows. */
function chosenPositions(recorded: readonly string[], choice: ColumnChoice | undefined): number[] {
  const names = new Set(choice?.names)
  const asksOthers = choice === undefined || choice.othersUpToStep !== undefined
  return recorded.flatMap((name, position) => (names.has(name) === asksOthers ? [] : [position]))
}

/** Names of a run's metrics, in the order of their first record. */
export function metricNames(db: ReadDb, runId: string): string[] {
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
