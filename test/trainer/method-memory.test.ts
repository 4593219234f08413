import { expect, test } from 'vitest'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { runSummary } from '../../src-main/store/runs.ts'
import {
  addRun,
  exited,
  openWorkspace,
  queueAgain,
  recordOf,
  smallRun,
  spawnTrainer,
  trainToEnd,
} from '../helpers/training.ts'
import { until } from '../helpers/until.ts'

const method = {
  name: 'entropy_bonus',
  use_adaptive_entropy: true,
  entropy_coef: 0,
  entropy_coef_delta: 0.001,
  entropy_coef_max: 1,
  entropy_target: 20,
} as const

test('what a method keeps between steps survives a kill', async () => {
  const workspace = openWorkspace()
  const config = smallRun({ steps: 4, method, evaluation: { dataset: null } })
  addRun(workspace, 'whole', config)
  await trainToEnd(workspace, 'whole')
  const { values } = metricSeries(workspace.db, { id: 'whole', afterStep: 0 })
  expect(values['entropy_bonus/coefficient']).toEqual([0.001, 0.002, 0.003, 0.004])
  addRun(workspace, 'killed', config)
  const trainer = spawnTrainer(workspace, 'killed')
  await until(() => runSummary(workspace.db, 'killed').step >= 3)
  trainer.kill('SIGKILL')
  await exited(trainer)
  queueAgain(workspace, 'killed')
  await trainToEnd(workspace, 'killed')
  expect(recordOf(workspace, 'killed')).toEqual(recordOf(workspace, 'whole'))
})
