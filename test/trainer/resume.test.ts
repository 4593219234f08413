import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { setCommand } from '../../src-main/store/commands.ts'
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
  type Workspace,
} from '../helpers/training.ts'
import { until } from '../helpers/until.ts'

const workspace: Workspace = openWorkspace()
let uninterrupted: object

beforeAll(async () => {
  addRun(workspace, 'whole', smallRun())
  expect(await trainToEnd(workspace, 'whole')).toMatchObject({ status: 'finished', step: 6 })
  uninterrupted = recordOf(workspace, 'whole')
})

const finalWeights = (id: string): Buffer =>
  readFileSync(join(workspace.folder, 'runs', id, 'checkpoints', 'checkpoint-6', 'model.safetensors'))

const expectSame = (id: string): void => {
  expect(recordOf(workspace, id)).toEqual(uninterrupted)
  expect(finalWeights(id).equals(finalWeights('whole'))).toBe(true)
}

const reached = (id: string, step: number) => until(() => runSummary(workspace.db, id).step >= step)

test('a run leaves metrics, rollouts, traces, evaluations and checkpoints in Hugging Face layout', () => {
  expect(uninterrupted).toMatchObject({ steps: [0, 1, 2, 3, 4, 5, 6], checkpoints: [4, 6] })
  const folder = join(workspace.folder, 'runs', 'whole', 'checkpoints', 'checkpoint-6')
  for (const file of [
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
    'generation_config.json',
    'optimizer.safetensors',
    'trainer_state.json',
  ])
    expect(existsSync(join(folder, file)), file).toBe(true)
})

test('training moves the weights and the policy leaves the reference', () => {
  const initial = readFileSync(join(import.meta.dirname, '../../resources/models/arithmetic-1m/model.safetensors'))
  expect(finalWeights('whole').equals(initial)).toBe(false)
})

test('stopped between checkpoints and resumed, a run repeats the uninterrupted one exactly', async () => {
  addRun(workspace, 'stopped', smallRun())
  const trainer = spawnTrainer(workspace, 'stopped')
  await reached('stopped', 3)
  setCommand(workspace.db, 'stopped', 'stop')
  expect(await exited(trainer), trainer.output()).toBe(0)
  expect(runSummary(workspace.db, 'stopped').status).toBe('stopped')
  queueAgain(workspace, 'stopped')
  expect(await trainToEnd(workspace, 'stopped')).toMatchObject({ status: 'finished' })
  expect({ ...recordOf(workspace, 'stopped'), checkpoints: [4, 6] }).toEqual(uninterrupted)
  expect(finalWeights('stopped').equals(finalWeights('whole'))).toBe(true)
})

test('killed and resumed, a run repeats the uninterrupted one exactly', async () => {
  addRun(workspace, 'killed', smallRun())
  const trainer = spawnTrainer(workspace, 'killed')
  await reached('killed', 3)
  trainer.kill('SIGKILL')
  await exited(trainer)
  const cutOff = join(workspace.folder, 'runs', 'killed', 'checkpoints', 'checkpoint-6.partial')
  mkdirSync(cutOff, { recursive: true })
  writeFileSync(join(cutOff, 'model.safetensors'), 'cut off')
  queueAgain(workspace, 'killed')
  expect(runSummary(workspace.db, 'killed').status).toBe('queued')
  expect(await trainToEnd(workspace, 'killed')).toMatchObject({ status: 'finished' })
  expectSame('killed')
})

test('paused and resumed, a run goes on exactly; while paused nothing is recorded', async () => {
  addRun(workspace, 'paused', smallRun())
  const trainer = spawnTrainer(workspace, 'paused')
  await reached('paused', 2)
  setCommand(workspace.db, 'paused', 'pause')
  await until(() => runSummary(workspace.db, 'paused').status === 'paused')
  const held = runSummary(workspace.db, 'paused')
  expect(held.pending).toBeNull()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const later = runSummary(workspace.db, 'paused')
  expect([later.step, later.elapsedMs]).toEqual([held.step, held.elapsedMs])
  setCommand(workspace.db, 'paused', 'resume')
  expect(await exited(trainer), trainer.output()).toBe(0)
  expectSame('paused')
})
