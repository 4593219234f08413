import type { EvaluationInfo } from '../../src-preload/contract/run.ts'
import { allRows, execute, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'
import { insertMetrics, touchStep } from './steps.ts'

export interface NewEvaluation extends EvaluationInfo {
  readonly runId: string
  readonly atMs: number
  /** Training time since the start of the run without pauses. */
  readonly elapsedMs: number
}

/** Records a held-out evaluation, and its numbers among the metrics of its step. Takes the place of an earlier one. */
export function recordEvaluation(db: WriteDb, evaluation: NewEvaluation): void {
  const { runId, step, dataset, problems, n, metrics } = evaluation
  transaction(db, () => {
    touchStep(db, evaluation)
    insertMetrics(db, runId, step, metrics)
    execute(
      db,
      sql`INSERT OR REPLACE INTO evaluations (run_id, step, dataset, problems, n, metrics)
          VALUES (${runId}, ${step}, ${dataset}, ${problems}, ${n}, ${JSON.stringify(metrics)})`,
    )
  })
}

/** A run's evaluations by step. */
export function evaluations(db: ReadDb, runId: string): EvaluationInfo[] {
  const rows = allRows<Omit<EvaluationInfo, 'metrics'> & { metrics: string }>(
    db,
    sql`SELECT step, dataset, problems, n, metrics FROM evaluations WHERE run_id = ${runId} ORDER BY step, dataset`,
  )
  return rows.map((row) => ({ ...row, metrics: JSON.parse(row.metrics) as Record<string, number> }))
}
