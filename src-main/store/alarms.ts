import {
  alarmSentence,
  holdingRules,
  type MetricHistory,
  type RunAlarm,
  recentSteps,
  startSteps,
  watchedMetrics,
} from '../../src-preload/contract/alarms.ts'
import { recordEvent } from './events.ts'
import { allRows, execute, oneRow, type Query, type ReadDb, sql, type WriteDb } from './sql.ts'

/** The watched metrics of a run's first or last recorded steps. */
export const watchedRowsQuery = (runId: string, part: 'start' | 'recent'): Query =>
  part === 'start'
    ? sql`SELECT numbers FROM step_metrics WHERE run_id = ${runId} AND step > 0 ORDER BY step LIMIT ${startSteps}`
    : sql`SELECT numbers FROM step_metrics WHERE run_id = ${runId} AND step > 0 ORDER BY step DESC LIMIT ${recentSteps}`

/** The alarms that hold at a run's last recorded step. */
const alarmsOf = (db: ReadDb, runId: string): RunAlarm[] =>
  JSON.parse(
    oneRow<{ alarms: string }>(db, sql`SELECT alarms FROM runs WHERE id = ${runId}`)?.alarms ?? '[]',
  ) as RunAlarm[]

/**
 * Holds the rules against a step that was just recorded; a new alarm becomes an event. Returns the new ones. An alarm keeps the
 * step since which it holds for as long as it does.
 */
export function updateAlarms(db: WriteDb, runId: string, step: number, atMs: number): RunAlarm[] {
  const before = alarmsOf(db, runId)
  const alarms = holdingRules(historyOf(db, runId)).map((alarm) => ({
    ...alarm,
    step: before.find(({ rule }) => rule === alarm.rule)?.step ?? step,
  }))
  if (alarms.length === 0 && before.length === 0) return []
  execute(db, sql`UPDATE runs SET alarms = ${JSON.stringify(alarms)} WHERE id = ${runId}`)
  const raised = alarms.filter((alarm) => !before.some(({ rule }) => rule === alarm.rule))
  for (const alarm of raised) recordEvent(db, { runId, atMs, step, kind: 'alarm', message: alarmSentence(alarm) })
  return raised
}

/** Forgets the alarms of steps that were taken back. */
export function truncateAlarms(db: WriteDb, runId: string, afterStep: number): void {
  const kept = alarmsOf(db, runId).filter(({ step }) => step <= afterStep)
  execute(db, sql`UPDATE runs SET alarms = ${JSON.stringify(kept)} WHERE id = ${runId}`)
}

/** The history of each watched metric, from the packed rows of the first and the last steps. */
function historyOf(db: ReadDb, runId: string): (metric: string) => MetricHistory {
  const names = allRows<{ name: string; position: number }>(
    db,
    sql`SELECT name, position FROM metric_names WHERE run_id = ${runId} AND name IN (SELECT value FROM json_each(${JSON.stringify(watchedMetrics)}))`,
  )
  const positions = new Map(names.map(({ name, position }) => [name, position]))
  const start = packedRows(db, watchedRowsQuery(runId, 'start'))
  const recent = packedRows(db, watchedRowsQuery(runId, 'recent')).reverse()
  return (metric) => {
    const position = positions.get(metric)
    if (position === undefined) return { start: [], recent: [] }
    const values = (rows: readonly DataView[]): number[] =>
      rows.flatMap((row) => {
        const value = 8 * position < row.byteLength ? row.getFloat64(8 * position, true) : Number.NaN
        return Number.isNaN(value) ? [] : [value]
      })
    return { start: values(start), recent: values(recent) }
  }
}

const packedRows = (db: ReadDb, query: Query): DataView[] =>
  allRows<{ numbers: Uint8Array }>(db, query).map(
    ({ numbers }) => new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength),
  )
