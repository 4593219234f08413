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
  expect(runSummary(workspace.db, 'killed').status).toBe('starting')
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

test('a LoRA run keeps adapter and optimizer only, and resumed it repeats the uninterrupted one exactly', async () => {
  const lora = smallRun({ lora: { r: 4, lora_dropout: 0.1 }, method: { name: 'grpo', beta: 0.05 }, steps: 4 })
  const adapterOf = (id: string): Buffer =>
    readFileSync(join(workspace.folder, 'runs', id, 'checkpoints', 'checkpoint-4', 'adapter_model.safetensors'))
  addRun(workspace, 'lora', lora)
  expect(await trainToEnd(workspace, 'lora')).toMatchObject({ status: 'finished', step: 4 })
  addRun(workspace, 'lora-killed', lora)
  const trainer = spawnTrainer(workspace, 'lora-killed')
  await reached('lora-killed', 3)
  trainer.kill('SIGKILL')
  await exited(trainer)
  queueAgain(workspace, 'lora-killed')
  expect(await trainToEnd(workspace, 'lora-killed')).toMatchObject({ status: 'finished' })
  expect(recordOf(workspace, 'lora-killed')).toEqual(recordOf(workspace, 'lora'))
  expect(adapterOf('lora-killed').equals(adapterOf('lora'))).toBe(true)
  const folder = join(workspace.folder, 'runs', 'lora', 'checkpoints', 'checkpoint-4')
  expect(existsSync(join(folder, 'model.safetensors'))).toBe(false)
  const header = readFileSync(join(folder, 'optimizer.safetensors'))
  const names = Object.keys(JSON.parse(header.subarray(8, 8 + Number(header.readBigUInt64LE())).toString()))
  expect(names.filter((name) => name.startsWith('exp_avg') && !name.includes('.lora_'))).toEqual([])
  expect(names.filter((name) => name.startsWith('exp_avg.'))).toHaveLength(4 * 7 * 2)
})
