import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sweepDeleted } from '../../src-main/services/runs.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { runFolder } from '../../src-main/store/workspace.ts'
import { api, type CallName } from '../../src-preload/contract/api.ts'
import { settingsSchema } from '../../src-preload/contract/settings.ts'
import { unpackTrace } from '../../src-preload/contract/trace.ts'
import { sampleStep, writeSampleRun } from '../helpers/sample-run.ts'
import { startServices } from '../helpers/services-client.ts'
import { fillDisk, smallDisk } from '../helpers/small-disk.ts'
import { until } from '../helpers/until.ts'

/** A folder that looks like a model from outside and that no trainer can use. */
function unusableModel(folder: string): string {
  const model = join(folder, 'model')
  mkdirSync(model, { recursive: true })
  cpSync(join(import.meta.dirname, '../fixtures/models/qwen2-tied/config.json'), join(model, 'config.json'))
  const header = Buffer.from(JSON.stringify({ weight: { dtype: 'F32', shape: [3, 4], data_offsets: [0, 48] } }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(join(model, 'model.safetensors'), Buffer.concat([length, header, Buffer.alloc(48)]))
  return model
}

function dataset(folder: string): string {
  const path = join(folder, 'problems.jsonl')
  writeFileSync(path, '{"id":"a","prompt":"1+1=","answer":"2"}\n{"id":"b","prompt":"2+2=","answer":"4"}\n')
  return path
}

test('a Hugging Face id is told from a path, and a mistyped choice has what was meant', async () => {
  const { client } = startServices()
  const config = { model: 'Qwen/Qwen3-0.6B', data: { train: 'org/problems' } }
  const { issues } = await client.call('runs.check', { config })
  expect(issues.map(({ message }) => message)).toEqual([
    expect.stringMatching(/“Qwen\/Qwen3-0\.6B” looks like a Hugging Face id\. Download that repository/),
    expect.stringMatching(/“org\/problems” looks like a Hugging Face id\. Download that dataset/),
  ])
  const checked = await client.call('runs.check', { config: 'verifier: {kind: numerc}' })
  expect(checked.issues[0]).toMatchObject({ path: 'verifier.kind', message: expect.stringContaining('"numeric"?') })
})

test('reading calls give what the store holds', async () => {
  const { client, db, workspace } = startServices()
  const id = writeSampleRun(db, { steps: 26, config: { name: 'Sample run', tags: ['one'] } })
  const [summary] = await client.call('runs.list', {})
  expect(summary).toMatchObject({ id, name: 'Sample run', status: 'finished', step: 26, steps: 26, tags: ['one'] })
  expect(summary?.rewardCurve.length).toBe(26)
  const detail = await client.call('runs.get', { id })
  expect(detail.folder).toBe(join(workspace, 'runs', id))
  expect(detail.evaluations.map(({ step }) => step)).toEqual([0, 25])
  expect(detail.checkpoints[0]?.folder).toBe(join(workspace, 'runs', id, 'checkpoints', 'checkpoint-25'))
  const series = await client.call('metrics.series', { id, afterStep: 24, names: ['reward', 'eval/greedy'] })
  expect(series.steps).toEqual([25, 26])
  expect(Object.keys(series.values).sort()).toEqual(['eval/greedy', 'reward'])
  expect(series.values['eval/greedy']?.[1]).toBeNull()
  expect(await client.call('rollouts.steps', { id })).toEqual(Array.from({ length: 26 }, (_, i) => i + 1))
  const groups = await client.call('rollouts.groups', { id, step: 3 })
  expect(groups.map((group) => group.rollouts.length)).toEqual([8, 8, 8, 8])
  const [first, second] = groups[0]?.rollouts ?? []
  const rollout = await client.call('rollouts.get', { rolloutId: first!.id })
  expect(rollout.previousId).toBeNull()
  expect(rollout.nextId).toBe(second!.id)
  const trace = unpackTrace(rollout.trace!)
  expect(trace.ids.length).toBe(rollout.summary.tokens)
  expect(trace.textLengths.reduce((sum, length) => sum + length, 0)).toBe(rollout.text.length)
  expect(await client.call('runs.log', { id })).toBe('')
})

test('settings, the app, and what is shipped', async () => {
  const { client, workspace } = startServices()
  expect((await client.call('app.info', {})).workspace).toBe(workspace)
  expect(await client.call('settings.get', {})).toEqual(settingsSchema.parse({}))
  expect(await client.call('settings.set', { theme: 'dark' })).toEqual(settingsSchema.parse({ theme: 'dark' }))
  const both = settingsSchema.parse({ theme: 'dark', queueHeld: true })
  expect(await client.call('settings.set', { queueHeld: true })).toEqual(both)
  const recipes = await client.call('recipes.list', {})
  expect(recipes.map(({ id }) => id)).toContain('archer-arithmetic')
  expect(recipes.every(({ yaml }) => yaml.includes('name:'))).toBe(true)
  for (const { reference } of await client.call('models.list', {})) expect(reference).toMatch(/^builtin:/)
  for (const { reference, rows } of await client.call('datasets.list', {})) {
    expect(rows).toBeGreaterThan(0)
    expect((await client.call('datasets.preview', { reference })).sample.length).toBeGreaterThan(0)
  }
})

test('what a run will take is estimated; what cannot run has no estimate', async () => {
  const { client } = startServices()
  const config = { steps: 10, rollout: { max_num_seqs: 16 } }
  const { memory, samples, disk, time } = await client.call('runs.estimate', { config })
  expect(memory.peak).toBeGreaterThan(memory.parts.process + memory.parts.weights)
  expect(memory.machine).toBeGreaterThan(memory.parts.process)
  expect(samples).toMatchObject({ responses: 10 * 16 * 8, mostTokens: 10 * 16 * 8 * 96, lengthFrom: null })
  expect(disk.free).toBeGreaterThan(disk.total)
  // No run of this workspace has measured the model, so the machine was timed.
  expect(time).toMatchObject({ basis: { kind: 'product' } })
  expect(time!.secondsPerStep).toBeGreaterThan(0)
  await expect(client.call('runs.estimate', { config: { model: '/nowhere' } })).rejects.toThrow(/nowhere/)
})

test('a config is checked field by field, between fields and against the files it names', async () => {
  const { client, workspace } = startServices()
  const check = async (config: unknown) => (await client.call('runs.check', { config })).issues.map(({ path }) => path)
  const files = { model: unusableModel(workspace), data: { train: dataset(workspace) } }
  expect(await check(files)).toEqual([])
  expect(await check('steps: [')).toEqual([''])
  expect(await check({ ...files, stepz: 3 })).toEqual([''])
  expect(await check({ ...files, steps: 0, optimizer: { learning_rate: -1 } })).toEqual([
    'steps',
    'optimizer.learning_rate',
  ])
  expect(await check({ ...files, rollout: { prompts_per_step: 4 }, update: { mini_batch_prompts: 8 } })).toEqual([
    'update.mini_batch_prompts',
  ])
  expect(await check({ ...files, evaluation: { n: 2, k: [1, 4] } })).toEqual(['evaluation.k'])
  expect(await check({ ...files, model: '/nowhere', data: { train: 'builtin:../x' } })).toEqual(['model', 'data.train'])
  writeFileSync(join(workspace, 'empty.jsonl'), '')
  expect(await check({ ...files, evaluation: { dataset: join(workspace, 'empty.jsonl') } })).toEqual([
    'evaluation.dataset',
  ])
})

test('a run whose trainer cannot work fails with a sentence, keeps its log, and can be deleted', async () => {
  const { client, events, workspace } = startServices()
  const config = { name: 'Hopeless', model: unusableModel(workspace), data: { train: dataset(workspace) } }
  const { id } = await client.call('runs.create', { config })
  expect(id).toMatch(/^hopeless-[a-z0-9]{5}$/)
  const ended = await until(async () => (await client.call('runs.list', {})).find(({ status }) => status === 'failed'))
  expect(ended.message).toBeTruthy()
  expect(await client.call('runs.log', { id })).not.toBe('')
  await until(() => events.some(({ runs }) => runs.some(({ status }) => status === 'failed')))
  await expect(client.call('runs.pause', { id })).rejects.toThrow('there is nothing to pause')
  await client.call('runs.stop', { id })
  await client.call('runs.delete', { id })
  await until(() => events.some(({ removed }) => removed.includes(id)))
  await expect(client.call('runs.get', { id })).rejects.toThrow(`There is no run "${id}"`)
  expect(await client.call('runs.list', {})).toEqual([])
  await client.call('runs.restore', { id })
  await until(() => events.at(-1)!.runs.some((run) => run.id === id))
  expect((await client.call('runs.list', {})).map((run) => run.id)).toEqual([id])
})

test('a deleted run is swept away once it can no longer be brought back', async () => {
  const { client, db, workspace } = startServices()
  const id = writeSampleRun(db, { steps: 1 })
  await client.call('runs.delete', { id })
  await sweepDeleted(db, Date.now())
  expect(existsSync(runFolder(workspace, id))).toBe(true)
  await sweepDeleted(db, Date.now() + 601_000)
  expect(existsSync(runFolder(workspace, id))).toBe(false)
  await expect(client.call('runs.restore', { id })).rejects.toThrow('its files are gone')
})

test('name, tags, notes and pin of a run can be changed, and are pushed', async () => {
  const { client, db, events } = startServices()
  const id = writeSampleRun(db, { config: { name: 'first', tags: ['a'] }, steps: 1 })
  await client.call('runs.change', { id, changes: { name: ' second ', tags: ['b', 'b'], notes: 'why', pinned: true } })
  const { summary } = await client.call('runs.get', { id })
  expect(summary).toMatchObject({ name: 'second', tags: ['b'], notes: 'why', pinned: true })
  await client.call('runs.change', { id, changes: { pinned: false } })
  await until(() => events.some(({ runs }) => runs.some((run) => run.notes === 'why' && !run.pinned)))
  await expect(client.call('runs.change', { id, changes: { name: '' } })).rejects.toThrow('changes.name')
})

test('a bad config creates nothing', async () => {
  const { client } = startServices()
  await expect(client.call('runs.create', { config: { model: '/nowhere' } })).rejects.toThrow(
    'model: The model /nowhere',
  )
  expect(await client.call('runs.list', {})).toEqual([])
})

test('a run that a full disk has no room for is a sentence, and leaves nothing half made', async ({ skip }) => {
  const disk = smallDisk(4096)
  if ('refused' in disk) return skip(`a small disk cannot be mounted here: ${disk.refused}`)
  const { client, db } = startServices(disk.folder)
  const kept = writeSampleRun(db, { steps: 1 })
  const config = { model: unusableModel(disk.folder), data: { train: dataset(disk.folder) } }
  expect((await client.call('runs.check', { config })).issues).toEqual([])
  fillDisk(disk.folder, 0)
  await expect(client.call('runs.create', { config })).rejects.toMatchObject({ kind: 'user' })
  expect((await client.call('runs.list', {})).map(({ id }) => id)).toEqual([kept])
  expect(readdirSync(join(disk.folder, 'runs'))).toEqual([kept])
})

test('a finished run cannot be resumed, an active one cannot be deleted', async () => {
  const { client, db } = startServices()
  const finished = writeSampleRun(db, { steps: 1 })
  await expect(client.call('runs.resume', { id: finished })).rejects.toThrow('no step is left to do')
  const active = writeSampleRun(db, { steps: 1, active: true, atMs: Date.now() })
  await expect(client.call('runs.delete', { id: active })).rejects.toThrow('Stop it before deleting it.')
})

test('every call refuses arguments that do not fit its schema', async () => {
  const { client } = startServices()
  for (const name of Object.keys(api) as CallName[]) {
    const call = client.call(name, { surplus: 1, id: '../../etc' } as never)
    await expect(call, name).rejects.toMatchObject({ kind: 'user' })
  }
  await expect(client.call('__proto__' as never, {} as never)).rejects.toThrow('There is no call')
})

test('what another connection writes is pushed, joined, as columns after the last ones', async () => {
  const { client, events, db } = startServices()
  await client.call('app.info', {})
  const sample = { steps: 30, active: true, atMs: Date.now() }
  const id = writeSampleRun(db, sample)
  await until(() => events.some(({ series }) => series.some(({ steps }) => steps.at(-1) === 30)))
  const before = events.length
  for (const step of [31, 32]) recordStep(db, sampleStep(id, step, sample))
  await until(() => events.slice(before).some(({ series }) => series.some(({ steps }) => steps.includes(32))))
  const later = events.slice(before).flatMap(({ series }) => series)
  expect(later.flatMap(({ steps }) => steps)).toEqual([31, 32])
  expect(
    later.every(({ steps, values }) => Object.values(values).every((column) => column.length === steps.length)),
  ).toBe(true)
})

test('hostile text survives the round trip unchanged', async () => {
  const { client, db } = startServices()
  const hostile = "<script>alert(1)</script>\u0000\u202e'; DROP TABLE runs; --\ud83d\ude00\u0301"
  const sample = { steps: 1, active: true, atMs: Date.now() }
  const id = writeSampleRun(db, { ...sample, config: { name: hostile } })
  const record = sampleStep(id, 2, sample)
  const rollouts = record.groups[0]!.rollouts.map((rollout) => ({ ...rollout, text: hostile, reason: hostile }))
  recordStep(db, { ...record, groups: [{ ...record.groups[0]!, prompt: hostile, answer: hostile, rollouts }] })
  const [group] = await client.call('rollouts.groups', { id, step: 2 })
  expect(group?.prompt).toBe(hostile)
  const detail = await client.call('rollouts.get', { rolloutId: group!.rollouts[0]!.id })
  expect(detail).toMatchObject({ text: hostile, reason: hostile, answer: hostile })
  expect((await client.call('runs.get', { id })).summary.name).toBe(hostile)
})

test('runs are exported as files while the page looks on', async () => {
  const { client, db, workspace } = startServices()
  const ids = [writeSampleRun(db, { steps: 2 }), writeSampleRun(db, { steps: 1 })]
  const { folder } = await client.call('exports.start', { ids })
  expect(folder.startsWith(join(workspace, 'exports'))).toBe(true)
  await until(async () => (await client.call('exports.list', {}))[0]?.state === 'finished')
  expect(readdirSync(folder).sort()).toEqual([...ids, 'tensorboard'].sort())
  await client.call('exports.dismiss', { folder })
  expect(await client.call('exports.list', {})).toEqual([])
  await expect(client.call('exports.start', { ids: ['gone'] })).rejects.toThrow('There is no run "gone"')
})
