import { cpSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Sampling } from '../../src-main/services/sampling.ts'
import { openStore } from '../../src-main/store/open.ts'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { isProcessAlive } from '../../src-main/util/process.ts'
import { packTrace } from '../../src-preload/contract/trace.ts'
import { type ReadSample, readSample } from '../helpers/sample-reader.ts'
import { sampleStep, writeSampleRun } from '../helpers/sample-run.ts'
import { startServices } from '../helpers/services-client.ts'
import { until } from '../helpers/until.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const fixtures = join(import.meta.dirname, '../fixtures/models')
const builtin = 'builtin:arithmetic-1m'
const problem = { kind: 'problem', dataset: 'builtin:arithmetic-heldout', row: 3 } as const

const idsOf = (sample: ReadSample, key: string): number[] => sample.rows.get(key)!.parts.flatMap(({ ids }) => [...ids])

test('responses stream in parts, with verdicts, alternatives and the same draws on every model', async () => {
  const { client } = startServices()
  const partsSeen: number[] = []
  const copy = join(temporaryFolder(), 'copy')
  cpSync(join(import.meta.dirname, '../../resources/models/arithmetic-1m'), copy, { recursive: true })
  const sample = await readSample(
    client,
    {
      ...{ kind: 'sample', models: [builtin, copy], prompt: problem, verifier: { kind: 'numeric' } },
      ...{ n: 3, max_tokens: 80, temperature: 2, seed: 7 },
    },
    ({ rows }) => void partsSeen.push([...rows.values()].reduce((sum, { parts }) => sum + parts.length, 0)),
  )
  const tokenizer = sample.lanes[0]!.tokenizer
  expect(tokenizer).toMatch(/^[0-9a-f]{16}$/)
  const done = { state: 'done', loaded: 1, tokenizer, message: null }
  expect(sample.lanes).toEqual([builtin, copy].map((model) => ({ model, ...done })))
  expect([...sample.rows.keys()].sort()).toEqual(['0 0', '0 1', '0 2', '1 0', '1 1', '1 2'])
  // Parts of a response came in several answers.
  expect(new Set(partsSeen).size).toBeGreaterThan(2)
  for (const row of [0, 1, 2]) expect(idsOf(sample, `1 ${row}`)).toEqual(idsOf(sample, `0 ${row}`))
  expect(idsOf(sample, '0 0')).not.toEqual(idsOf(sample, '0 1'))
  for (const { text, parts, end, problem: asked } of sample.rows.values()) {
    expect(asked!.prompt).toMatch(/\d.*=\?\n$/)
    expect(parts.reduce((sum, { textLengths }) => sum + textLengths.reduce((a, b) => a + b, 0), 0)).toBe(text.length)
    expect(end!.ms).toBeGreaterThan(0)
    if (end!.verdict!.correct) expect(end!.verdict!.extracted).toBe(asked!.answer)
    expect(end!.reward).toBe(Number(end!.verdict!.correct))
    const { alternatives, entropies, ids } = parts[0]!
    expect(alternatives!.ids).toHaveLength(5 * ids.length)
    expect(entropies.every((entropy) => entropy >= 0)).toBe(true)
    expect(alternatives!.texts.get(alternatives!.ids[0]!)).toHaveLength(1)
  }
})

test('a model that cannot be opened fails in its lane; the others go on', async () => {
  const { client, db } = startServices()
  const broken = join(temporaryFolder(), 'broken')
  cpSync(join(fixtures, 'qwen2-tied'), broken, { recursive: true })
  truncateSync(join(broken, 'model.safetensors'), 1000)
  const run = writeSampleRun(db, { steps: 1 })
  const models = [builtin, broken, '/nowhere/model', run]
  const prompt = { kind: 'text', text: '1+1=?\n' } as const
  const { lanes, rows } = await readSample(client, { kind: 'sample', models, prompt, n: 1, max_tokens: 4 })
  expect(lanes.map(({ state }) => state)).toEqual(['done', 'failed', 'failed', 'failed'])
  expect(lanes.slice(1).map(({ message }) => message)).toEqual([
    expect.stringContaining('model.safetensors'),
    'The model /nowhere/model does not exist. Give a path that does, or builtin:NAME.',
    `The run "${run}" has no checkpoint; it has: none.`,
  ])
  expect([...rows.keys()]).toEqual(['0 0'])
  expect(rows.get('0 0')!.end).toMatchObject({ verdict: null, reward: null })
})

test('a stop ends what was asked for', async () => {
  const { client } = startServices()
  let stopped = false
  const request = { kind: 'sample' as const, models: [builtin], prompt: problem, n: 2, max_tokens: 400 }
  const { id } = await client.call('sample.start', request)
  await client.call('sample.stop', { id })
  for (let cursor = 0; ; ) {
    const answer = await client.call('sample.read', { id, cursor })
    cursor = answer.cursor
    if (answer.blocks.some(({ lanes }) => lanes?.[0]?.state === 'stopped')) stopped = true
    if (answer.done) break
  }
  expect(stopped).toBe(true)
  await client.call('sample.close', { id })
  await expect(client.call('sample.read', { id, cursor: 0 })).rejects.toThrow('no longer held')
})

test('arguments are checked at the edge, and a task that is not held is a sentence', async () => {
  const { client } = startServices()
  const prompt = { kind: 'text', text: 'x' } as const
  await expect(client.call('sample.start', { kind: 'sample', models: [], prompt })).rejects.toThrow('Choose a model')
  await expect(client.call('sample.start', { kind: 'sample', models: ['a'], prompt, n: 1000 })).rejects.toThrow(/n:/)
  const id = '00000000-0000-4000-8000-000000000000'
  await expect(client.call('sample.read', { id, cursor: 0 })).rejects.toThrow('no longer held')
  const outside = await readSample(client, {
    kind: 'sample',
    models: [builtin],
    prompt: { ...problem, row: 99_999 },
  })
  expect(outside.lanes[0]!.message).toBe(
    'builtin:arithmetic-heldout has the problems 1 to 512, not 100000. Choose one of them.',
  )
})

test('a stored response is scored by another model, if its tokens mean the same there', async () => {
  const { client, db } = startServices()
  const prompt = { kind: 'text', text: '12+34=?\n' } as const
  const sampled = await readSample(client, { kind: 'sample', models: [builtin], prompt, n: 1, temperature: 1.5 })
  const rolloutId = store(db, sampled)
  const sample = await readSample(client, { kind: 'score', rolloutId, model: builtin })
  const [scored] = sample.rows.get('0 0')!.parts
  const parts = sampled.rows.get('0 0')!.parts
  expect(sample.rows.get('0 0')!.text).toBe(sampled.rows.get('0 0')!.text)
  expect([...scored!.ids]).toEqual(parts.flatMap(({ ids }) => [...ids]))
  // The model that sampled it finds the numbers it sampled with, to the precision of traces.
  const entropies = parts.flatMap(({ entropies }) => [...entropies])
  for (const [token, entropy] of scored!.entropies.entries()) expect(entropy).toBeCloseTo(entropies[token]!, 2)
  expect(scored!.alternatives!.ids).toHaveLength(5 * scored!.ids.length)
  const other = join(fixtures, 'qwen2-tied')
  const { lanes } = await readSample(client, { kind: 'score', rolloutId, model: other })
  expect(lanes[0]).toMatchObject({ state: 'failed', message: expect.stringMatching(/is another one: token \d+/) })
})

/** Puts a sampled response into a run of the same temperature, and returns its id. */
function store(db: WriteDb, { rows }: ReadSample): number {
  const sample = { steps: 1, config: { rollout: { temperature: 1.5 } } }
  const run = writeSampleRun(db, sample)
  const step = sampleStep(run, 2, sample)
  const { text, parts, problem: asked } = rows.get('0 0')!
  const all = <Column extends 'ids' | 'textLengths' | 'rolloutLogprobs' | 'entropies' | 'flags'>(column: Column) =>
    parts.flatMap((part) => [...part[column]])
  const trace = packTrace({
    ids: Uint32Array.from(all('ids')),
    textLengths: Uint16Array.from(all('textLengths')),
    rolloutLogprobs: Float32Array.from(all('rolloutLogprobs')),
    entropies: Float32Array.from(all('entropies')),
    flags: Uint8Array.from(all('flags')),
  })
  const rollouts = [{ ...step.groups[0]!.rollouts[0]!, text, trace }]
  recordStep(db, { ...step, groups: [{ ...step.groups[0]!, prompt: asked!.prompt, rollouts }] })
  return groupsOfStep(db, run, 2)[0]!.rollouts[0]!.id
}

test('a dry run samples, verifies and rewards three prompts as the run would', async () => {
  const { client } = startServices()
  const config = {
    rollout: { max_completion_length: 60 },
    reward: { overlong_buffer_length: 59 },
  }
  const { lanes, rows } = await readSample(client, { kind: 'dry_run', config })
  expect(lanes[0]!.state).toBe('done')
  expect(rows.size).toBe(3)
  for (const { problem: asked, end, text } of rows.values()) {
    expect(asked!.answer).toMatch(/\d/)
    expect(text.length).toBeGreaterThan(0)
    expect(Object.keys(end!.rewardParts)).toEqual(['verifier', 'overlong'])
    expect(end!.reward).toBeCloseTo(end!.rewardParts.verifier! + end!.rewardParts.overlong!, 6)
  }
  await expect(client.call('sample.start', { kind: 'dry_run', config: { model: '/nowhere' } })).rejects.toThrow(
    'does not exist',
  )
})

test('the process is one for all tasks, ends when nobody looks any more, and its death is told', async () => {
  const db = openStore(temporaryFolder(), 'write')
  const sampling = new Sampling(db, { idleMs: 100 })
  onTestFinished(() => {
    sampling.dispose()
    db.close()
  })
  const request = { n: 1, max_tokens: 8, answer: null, verifier: null, temperature: 1, top_p: 1, top_k: 0, seed: 1 }
  const prompt = { kind: 'text', text: '1+1=?\n', chat: false } as const
  const start = () => sampling.start({ kind: 'sample', models: [builtin], prompt, ...request, stop: [], device: 'cpu' })
  const first = await start()
  const { pid } = sampling
  const second = await start()
  expect(sampling.pid).toBe(pid)
  process.kill(pid!, 'SIGKILL')
  const told = await sampling.read(first.id, 0)
  expect(told.done).toBe(true)
  expect(told.blocks.at(-1)!.lanes![0]).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('The sampler ended by SIGKILL'),
  })
  sampling.close(first.id)
  sampling.close(second.id)
  const third = await start()
  const again = sampling.pid!
  expect(again).not.toBe(pid)
  sampling.close(third.id)
  await until(() => sampling.pid === undefined && !isProcessAlive(again, null))
})
