import { expect, test } from 'vitest'
import {
  ensurePass,
  listPasses,
  passRecordOf,
  recordPassFailure,
  sweepPasses,
} from '../../src-main/store/semantic-entropy.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { type PromptEntropy, passConfig, passSettings } from '../../src-preload/contract/curriculum.ts'
import { startServices } from '../helpers/services-client.ts'
import { until } from '../helpers/until.ts'

const settings = passSettings(runConfigSchema.parse({}))
const prompt = (position: number, entropy: number, accuracy: number): PromptEntropy => ({
  position,
  promptId: `p${position}`,
  prompt: '1+1=?',
  entropy,
  accuracy,
  clusters: [{ answer: position === 1 ? null : '2', count: 8, correct: accuracy > 0.5 }],
})

test('a pass can be started again from its own settings', () => {
  const config = runConfigSchema.parse({
    verifier: { kind: 'exact' },
    rollout: { top_k: 3, stop: ['x'] },
    curriculum: { num_samples: 4, cluster_weight: 'likelihood', seed: 9 },
  })
  expect(passSettings(runConfigSchema.parse(passConfig(passSettings(config))))).toEqual(passSettings(config))
})

test('settings of a curriculum that do not fit are complained about where they are', async () => {
  const { client } = startServices()
  const issuesOf = async (config: object): Promise<string[]> =>
    (await client.call('runs.check', { config })).issues.map(({ path }) => path)
  const curriculum = { order: 'semantic_entropy', stages: 3 } as const
  expect(await issuesOf({ curriculum: { ...curriculum, stage_epochs: [1] } })).toEqual(['curriculum.stage_epochs'])
  expect(await issuesOf({ curriculum: { ...curriculum, stage_epochs: [1, 2, 1] } })).toEqual([])
  expect(await issuesOf({ curriculum, lora: {} })).toEqual(['curriculum.refresh_reference'])
  expect(await issuesOf({ curriculum: { ...curriculum, refresh_reference: false }, lora: {} })).toEqual([])
})

test('histogram, stages and prompts of a pass', async () => {
  const { client, db } = startServices()
  const id = ensurePass(db, settings, 5)
  passRecordOf(db, id).add([prompt(0, 0, 1), prompt(1, Math.log(8), 0), prompt(2, 0.7, 0.5)])
  // The same prompts again, as two processes at work on one pass would add them, change nothing.
  passRecordOf(db, id).add([prompt(0, 1, 0)])
  const detail = await client.call('curriculum.get', { id, stages: 2 })
  expect(detail.histogram).toHaveLength(16)
  expect(detail.histogram[0]).toEqual({ from: 0, prompts: 1, accuracy: 1 })
  expect(detail.histogram[15]).toMatchObject({ prompts: 1, accuracy: 0 })
  expect(detail.stages).toEqual([
    { prompts: 2, lowest: 0, highest: 0.7, accuracy: 0.75 },
    { prompts: 1, lowest: Math.log(8), highest: Math.log(8), accuracy: 0 },
  ])
  expect(detail).toMatchObject({ unanswered: 1, means: { accuracy: 0.5 } })
  const ids = async (input: object): Promise<string[]> =>
    (await client.call('curriculum.prompts', { id, ...input })).map(({ promptId }) => promptId)
  expect(await ids({})).toEqual(['p0', 'p2', 'p1'])
  expect(await ids({ highestFirst: true, limit: 1, offset: 1 })).toEqual(['p2'])
  await expect(client.call('curriculum.get', { id: 'x' })).rejects.toThrow('twelve hexadecimal digits')
})

test('a pass is started, stopped, gone on with and deleted', async () => {
  const { client, db } = startServices()
  const config = { curriculum: { num_samples: 4 }, rollout: { max_completion_length: 16 }, threads: 1 }
  const { id } = await client.call('curriculum.start', { config })
  const pass = async () => (await client.call('curriculum.list', {}))[0]!
  // Before its process has come up: asked to stop at once, it does.
  expect(await pass()).toMatchObject({ id, status: 'running', prompts: null, done: 0 })
  expect((await client.call('curriculum.get', { id })).means).toBeNull()
  await client.call('curriculum.stop', { id })
  await until(async () => (await pass()).status === 'stopped')
  expect((await pass()).done).toBe(0)
  await client.call('curriculum.start', { config })
  await until(async () => (await pass()).done > 0)
  expect(await pass()).toMatchObject({ id, status: 'running', prompts: 6000 })
  await expect(client.call('curriculum.delete', { id })).rejects.toThrow('is running. Stop it')
  await client.call('curriculum.stop', { id })
  await until(async () => (await pass()).status === 'stopped')
  const { done } = await pass()
  expect((await client.call('curriculum.start', { config })).id).toBe(id)
  await until(async () => (await pass()).done > done)
  await client.call('curriculum.stop', { id })
  await until(async () => (await pass()).status === 'stopped')
  await expect(client.call('curriculum.stop', { id })).rejects.toThrow('there is nothing to stop')
  recordPassFailure(db, id)
  expect((await pass()).message).toBeNull()
  await client.call('curriculum.delete', { id })
  expect(listPasses(db)).toEqual([])
  await expect(client.call('curriculum.get', { id })).rejects.toThrow('There is no semantic-entropy pass')
  await client.call('curriculum.restore', { id })
  expect((await pass()).done).toBeGreaterThan(done)
  await client.call('curriculum.delete', { id })
  sweepPasses(db, Date.now() + 1)
  await expect(client.call('curriculum.restore', { id })).rejects.toThrow('is gone for good')
  await expect(client.call('curriculum.start', { config: { steps: 0 } })).rejects.toThrow('steps')
})
