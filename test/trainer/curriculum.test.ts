import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setCommand } from '../../src-main/store/commands.ts'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { getRun, runSummary } from '../../src-main/store/runs.ts'
import { listPasses, promptEntropies } from '../../src-main/store/semantic-entropy.ts'
import { resolveDataset } from '../../src-main/util/resources.ts'
import { byEntropy } from '../../src-preload/contract/curriculum.ts'
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

const workspace = openWorkspace()
const train = join(workspace.folder, 'train.jsonl')
const count = 20
const lines = readFileSync(resolveDataset('builtin:arithmetic-train'), 'utf8').split('\n').slice(0, count)
writeFileSync(train, lines.join('\n'))

/** Two stages of ten problems; the first lasts two epochs, five steps of four prompts. */
const config = smallRun({
  steps: 8,
  data: { train },
  curriculum: { order: 'semantic_entropy', stages: 2, stage_epochs: [2, 1], num_samples: 16 },
  checkpoint: { every: 3, keep: 2 },
  evaluation: { dataset: null },
})

const weightsOf = (id: string): Buffer =>
  readFileSync(join(workspace.folder, 'runs', id, 'checkpoints', 'checkpoint-8', 'model.safetensors'))

test('a curriculum samples, sorts, trains stage by stage, and resumes in the second stage exactly', async () => {
  addRun(workspace, 'whole', config)
  expect(await trainToEnd(workspace, 'whole')).toMatchObject({ status: 'finished', step: 8 })

  const [pass, ...others] = listPasses(workspace.db)
  expect(others).toEqual([])
  expect(pass).toMatchObject({ status: 'finished', prompts: count, done: count })
  const sorted = byEntropy(promptEntropies(workspace.db, pass!.id)).map(({ promptId }) => promptId)
  const promptsOf = (step: number): string[] =>
    groupsOfStep(workspace.db, 'whole', step).map(({ promptId }) => promptId)
  const first = new Set(sorted.slice(0, count / 2))
  expect([1, 2, 3, 4, 5].flatMap(promptsOf).every((id) => first.has(id))).toBe(true)
  expect([6, 7, 8].flatMap(promptsOf).some((id) => first.has(id))).toBe(false)
  const { values } = metricSeries(workspace.db, { id: 'whole', afterStep: 0 })
  expect(values['curriculum/stage']).toEqual([1, 1, 1, 1, 1, 2, 2, 2])
  expect(getRun(workspace.db, 'whole').events.map(({ kind }) => kind)).toContain('stage')
  // Log-probabilities of the reference in the trace move with the boundary: its KL starts again from zero.
  expect(values.kl![4]).toBeGreaterThan(values.kl![5]!)

  addRun(workspace, 'killed', config)
  const trainer = spawnTrainer(workspace, 'killed')
  await until(() => runSummary(workspace.db, 'killed').step >= 7)
  trainer.kill('SIGKILL')
  await exited(trainer)
  expect(existsSync(join(workspace.folder, 'runs', 'killed', 'references', 'stage-2', 'model.safetensors'))).toBe(true)
  queueAgain(workspace, 'killed')
  expect(await trainToEnd(workspace, 'killed')).toMatchObject({ status: 'finished' })
  expect(recordOf(workspace, 'killed')).toEqual(recordOf(workspace, 'whole'))
  expect(weightsOf('killed').equals(weightsOf('whole'))).toBe(true)
})

test('a run that is stopped while its curriculum is sampled resumes with what is there', async () => {
  const larger = smallRun({ ...config, steps: 1, curriculum: { ...config.curriculum, num_samples: 128 } })
  addRun(workspace, 'sampling', larger)
  const trainer = spawnTrainer(workspace, 'sampling')
  const pass = () => listPasses(workspace.db).find(({ settings }) => settings.num_samples === 128)
  await until(() => (pass()?.done ?? 0) > 0)
  setCommand(workspace.db, 'sampling', 'stop')
  expect(await exited(trainer), trainer.output()).toBe(0)
  expect(runSummary(workspace.db, 'sampling').status).toBe('stopped')
  const { done } = pass()!
  expect(done).toBeLessThan(count)
  queueAgain(workspace, 'sampling')
  expect(await trainToEnd(workspace, 'sampling')).toMatchObject({ status: 'finished' })
  expect(pass()).toMatchObject({ done: count, status: 'finished' })
})
