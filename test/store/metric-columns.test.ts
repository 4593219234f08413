import { expect, onTestFinished, test } from 'vitest'
import { recordEvaluation } from '../../src-main/store/evaluations.ts'
import { metricColumns } from '../../src-main/store/metric-columns.ts'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { migration0003 } from '../../src-main/store/migrations/0003-metric-columns.ts'
import { openStore } from '../../src-main/store/open.ts'
import { createRun } from '../../src-main/store/runs.ts'
import { execute, sql } from '../../src-main/store/sql.ts'
import { recordStep, truncateRun } from '../../src-main/store/steps.ts'
import { emptyMetricColumns, type NumberSeries, unpackMetricColumns } from '../../src-preload/contract/columns.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import type { MetricSeries } from '../../src-preload/contract/run.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

function storeWithRun() {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  createRun(db, { id: 'run', config: runConfigSchema.parse({}), atMs: 5 })
  const record = (step: number, metrics: Record<string, number>) =>
    recordStep(db, { runId: 'run', step, atMs: 100 * step, elapsedMs: 10 * step, metrics, groups: [] })
  record(1, { reward: 0.1, kl: Number.NaN })
  record(2, { reward: 0.2, entropy: 2 })
  record(3, { entropy: 3, reward: 0.3 })
  const evaluation = { runId: 'run', step: 2, dataset: 'held', problems: 1, n: 1, atMs: 250, elapsedMs: 25 }
  recordEvaluation(db, { ...evaluation, metrics: { 'eval/greedy': 0.9 } })
  return { db, record }
}

/** Typed columns as the table's: plain lists, null where nothing is recorded. */
const plain = ({ runId, steps, atMs, elapsedMs, values }: NumberSeries): MetricSeries => ({
  runId,
  ...{ steps: Array.from(steps), atMs: Array.from(atMs), elapsedMs: Array.from(elapsedMs) },
  values: Object.fromEntries(
    Object.entries(values).map(([name, column]) => [
      name,
      Array.from(column, (value) => (Number.isNaN(value) ? null : value)),
    ]),
  ),
})

test('packed columns say what the table of metrics says', () => {
  const { db, record } = storeWithRun()
  const whole = () => metricSeries(db, { id: 'run', afterStep: -1 })
  expect(plain(unpackMetricColumns(metricColumns(db, 'run')))).toEqual(whole())
  expect(whole().elapsedMs).toEqual([10, 20, 30])
  expect(whole().values['eval/greedy']).toEqual([null, 0.9, null])
  truncateRun(db, 'run', 1)
  record(2, { reward: 0.5 })
  const after = plain(unpackMetricColumns(metricColumns(db, 'run')))
  expect(after.steps).toEqual([1, 2])
  expect(after.values.reward).toEqual([0.1, 0.5])
  expect(after.values.entropy).toEqual([null, null])
})

test('some metrics are read first, and the others of the same steps after them', () => {
  const { db, record } = storeWithRun()
  const first = plain(unpackMetricColumns(metricColumns(db, 'run', { names: ['entropy', 'never recorded'] })))
  expect([first.steps, first.values]).toEqual([[1, 2, 3], { entropy: [null, 2, 3] }])
  record(4, { reward: 0.4, loss: 1 })
  const others = plain(
    unpackMetricColumns(metricColumns(db, 'run', { names: ['entropy', 'never recorded'], othersUpToStep: 3 })),
  )
  expect(others.steps).toEqual([1, 2, 3])
  expect(others.values).toEqual({
    ...{ reward: [0.1, 0.2, 0.3], 'eval/greedy': [null, 0.9, null], loss: [null, null, null] },
  })
})

test('the migration packs what an earlier version has recorded', () => {
  const { db } = storeWithRun()
  const before = metricColumns(db, 'run')
  execute(db, sql`DELETE FROM step_metrics`)
  execute(db, sql`DELETE FROM metric_names`)
  migration0003.finish(db)
  expect(unpackMetricColumns(metricColumns(db, 'run'))).toEqual(unpackMetricColumns(before))
})

test('bytes that do not fit are refused, and those at an odd place are read', () => {
  const { columns } = emptyMetricColumns(2, 1)
  const packed = { runId: 'run', count: 2, names: ['reward'], columns }
  expect(plain(unpackMetricColumns(packed)).values).toEqual({ reward: [null, null] })
  const shifted = new Uint8Array(columns.length + 3)
  shifted.set(columns, 3)
  const odd = unpackMetricColumns({ ...packed, columns: shifted.subarray(3) })
  expect(plain(odd).values).toEqual({ reward: [null, null] })
  expect(() => unpackMetricColumns({ ...packed, count: 3 })).toThrow('have 96 bytes, got 64')
})
