import { expect, test } from 'vitest'
import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import type { SampleBlock, SampleRead } from '../../../src-preload/contract/sample.ts'
import { packTrace, type Trace } from '../../../src-preload/contract/trace.ts'
import { alternativesClause, alternativesOf } from '../../../src-renderer/heatmap/alternatives.tsx'
import { tokenFacts } from '../../../src-renderer/heatmap/describe.ts'
import { decodeTokens } from '../../../src-renderer/heatmap/tokens.ts'
import { joinTraces } from '../../../src-renderer/lib/sampling/join-traces.ts'
import { createSampleJob, type SampleView } from '../../../src-renderer/lib/sampling/sample-job.ts'
import {
  addModel,
  changeSample,
  requestOf,
  sampleIssues,
  useSampleSettings,
} from '../../../src-renderer/pages/sample/sample-settings.ts'

/** One token per character; the second likeliest is always "b". */
function traceOf(text: string): Trace {
  const ids = Uint32Array.from(text, (character) => character.charCodeAt(0))
  return {
    ids,
    textLengths: new Uint16Array(ids.length).fill(1),
    rolloutLogprobs: new Float32Array(ids.length).fill(-0.5),
    entropies: Float32Array.from(ids, (_, index) => index / 4),
    flags: new Uint8Array(ids.length),
    alternatives: {
      count: 2,
      ids: Uint32Array.from([...ids].flatMap((id) => [id, 98])),
      logprobs: Float32Array.from([...ids].flatMap(() => [-0.5, -1])),
      texts: new Map([...text].map((character): [number, string] => [character.charCodeAt(0), character])).set(98, 'b'),
    },
  }
}

const part = (row: number, text: string) => ({ lane: 0, row, text, trace: packTrace(traceOf(text)) })
const lane = { model: 'm', state: 'running', loaded: 1, tokenizer: 'a', message: null } as const
const end = { finishReason: 'eos', verdict: null, reward: null, rewardParts: {}, ms: 5 } as const

/** A client that answers reads from a list, one block each, and keeps what it was asked. */
function scripted(blocks: readonly SampleBlock[]) {
  const asked: string[] = []
  const call = async (name: string, input: { cursor?: number }): Promise<unknown> => {
    asked.push(name)
    if (name === 'sample.start') return { id: `id${asked.length}` }
    if (name !== 'sample.read') return null
    const block = blocks[input.cursor!]!
    return { cursor: input.cursor! + 1, blocks: [block], done: block.done } satisfies SampleRead
  }
  return { asked, client: { call } as unknown as ApiClient }
}

const blocks: readonly SampleBlock[] = [
  { lanes: [lane], rows: [{ lane: 0, row: 1, problem: { prompt: 'p', answer: '3' } }, part(1, 'ab')], done: false },
  { lanes: null, rows: [part(0, 'x'), part(1, 'cd')], done: false },
  { lanes: [{ ...lane, state: 'done' }], rows: [{ lane: 0, row: 1, end }], done: true },
]
const request = requestOf(useSampleSettings.getState())

test('parts become responses: joined, in order, and one that did not change stays the same object', async () => {
  const { client, asked } = scripted(blocks)
  const job = createSampleJob(client)
  const views: SampleView[] = []
  job.view.subscribe((view) => views.push(view))
  await job.start(request)
  const last = views.at(-1)!
  expect(last).toMatchObject({ state: 'done', error: null, lanes: [{ state: 'done' }] })
  expect(last.responses.map(({ row, text, prompt }) => [row, text, prompt])).toEqual([
    [0, 'x', ''],
    [1, 'abcd', 'p'],
  ])
  expect(last.responses[1]!.end).toEqual(end)
  expect([...last.responses[1]!.trace.ids].map((id) => String.fromCharCode(id)).join('')).toBe('abcd')
  expect(last.responses[0]).toBe(views.at(-2)!.responses[0])
  await job.start(request)
  // The first task is let go once the second has started, so that the models stay open.
  expect(asked.slice(4, 6)).toEqual(['sample.start', 'sample.close'])
  job.close()
  expect(asked.at(-1)).toBe('sample.close')
  expect(job.view.getState().state).toBe('idle')
})

test('a start that fails is a sentence', async () => {
  const client = { call: () => Promise.reject(new Error('No such model.')) } as unknown as ApiClient
  const job = createSampleJob(client)
  await job.start(request)
  expect(job.view.getState()).toMatchObject({ state: 'done', error: 'No such model.' })
})

test('joined parts are the trace of the whole', () => {
  const whole = traceOf('abcab')
  expect(joinTraces([traceOf('abc'), traceOf('ab')])).toEqual({
    ...whole,
    entropies: Float32Array.from([0, 0.25, 0.5, 0, 0.25]),
  })
  expect(joinTraces([]).ids).toHaveLength(0)
})

test('the likeliest tokens of a token, with the drawn one marked; a sampled token has no clip', () => {
  const tokens = decodeTokens('a b', traceOf('a b'), false)
  expect(alternativesOf(tokens, 1)).toEqual([
    { id: 32, text: '·', logprob: -0.5, probability: Math.exp(-0.5), drawn: true },
    { id: 98, text: 'b', logprob: -1, probability: Math.exp(-1), drawn: false },
  ])
  expect(alternativesClause(tokens, 0)).toBe('a 60.7 %, b 36.8 %')
  const labels = (ofRun: boolean) => tokenFacts({ ...tokens, ofRun }, 0, true).map(({ label }) => label)
  expect(labels(false)).toContain('Probability')
  expect(labels(false)).not.toContain('Clip')
  expect(labels(true)).toContain('Clip')
  const { alternatives: _, ...plain } = traceOf('a')
  expect(alternativesOf(decodeTokens('a', plain), 0)).toEqual([])
})

test('the form says what is missing, and holds four models, none twice', () => {
  const issues = () => sampleIssues(useSampleSettings.getState())
  expect(issues()).toEqual([])
  changeSample({ source: 'text', text: '' })
  expect(issues()).toEqual([{ path: 'prompt.text', message: 'Write a prompt.' }])
  changeSample({ text: 'x', answer: ' ', n: Number.NaN })
  expect(requestOf(useSampleSettings.getState())).toMatchObject({ answer: null, prompt: { kind: 'text', text: 'x' } })
  expect(issues()).toEqual([{ path: 'n', message: 'Must be a number; it is empty.' }])
  changeSample({ n: 64, models: [] })
  expect(issues()).toEqual([
    { path: 'models', message: 'Choose a model.' },
    { path: 'n', message: 'Must be at most 32, got 64.' },
  ])
  changeSample({ models: ['builtin:arithmetic-1m'] })
  for (const model of ['a', 'b', 'b', 'c', 'd']) addModel(model)
  expect(useSampleSettings.getState().models).toEqual(['a', 'b', 'c', 'd'])
})
