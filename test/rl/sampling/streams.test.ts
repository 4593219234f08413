import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { loadTokenizer } from '../../../src-main/model/tokenizer.ts'
import { LoadedModels } from '../../../src-main/rl/sampling/loaded-models.ts'
import { RowStream } from '../../../src-main/rl/sampling/row-stream.ts'
import { runTask } from '../../../src-main/rl/sampling/run-task.ts'
import { SampleFeed } from '../../../src-main/rl/sampling/sample-feed.ts'
import type { SampleBlock } from '../../../src-preload/contract/sample.ts'
import type { SamplerTask } from '../../../src-preload/contract/sampler.ts'
import { unpackTrace } from '../../../src-preload/contract/trace.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/models')

afterEach(() => void vi.useRealTimers())

test('however much comes, at most one block leaves per 50 ms, and the last holds what is left', () => {
  vi.useFakeTimers()
  const blocks: SampleBlock[] = []
  const feed = new SampleFeed(['a', 'b'], (block) => blocks.push(block))
  let came = 0
  const take = () => ({ lane: 0, row: 0, text: String(came) })
  for (let ms = 0; ms < 500; ms++) {
    came = ms
    feed.grow(take)
    vi.advanceTimersByTime(1)
  }
  expect(blocks).toHaveLength(10)
  expect(blocks[0]!.lanes!.map(({ state }) => state)).toEqual(['waiting', 'waiting'])
  expect(blocks.slice(1).every(({ lanes }) => lanes === null)).toBe(true)
  expect(blocks.map(({ rows }) => rows[0]!.text)).toEqual(blocks.map((_, index) => String(50 * index + 49)))
  feed.lane(1, { state: 'failed', message: 'no' })
  feed.end()
  expect(blocks.at(-1)).toMatchObject({ done: true, lanes: [{ state: 'waiting' }, { state: 'failed', message: 'no' }] })
  vi.advanceTimersByTime(1000)
  expect(blocks).toHaveLength(11)
})

test.each(['qwen2-tied', 'mistral'])(
  '%s: parts add up to the text of the whole, cut only between characters',
  async (name) => {
    const tokenizer = await loadTokenizer(join(fixtures, name))
    const tokens = tokenizer.encode('entropy é 漢字 🙂 of the tokens, x² → ∞. é🙂')
    const row = { tokens, logprobs: new Float32Array(tokens.length), entropies: new Float32Array(tokens.length) }
    const stream = new RowStream(tokenizer)
    const parts = []
    for (let length = 1; length <= tokens.length; length++) parts.push(stream.take({ ...row, length }, false))
    parts.push(stream.take({ ...row, length: tokens.length }, true))
    const told = parts.filter((part) => part !== null)
    expect(told.map(({ text }) => text).join('')).toBe(tokenizer.decode(tokens))
    expect(told.some(({ text }) => text.includes('\uFFFD'))).toBe(false)
    expect(told.flatMap(({ trace }) => [...unpackTrace(trace).ids])).toEqual([...tokens])
    expect(parts.includes(null)).toBe(true)
  },
)

test('an end between two tokens keeps what came, and the model answers the next task as before', async () => {
  const models = new LoadedModels()
  const task: SamplerTask = {
    kind: 'sample',
    models: [{ reference: 'fixture', folder: join(fixtures, 'qwen2-tied'), message: null }],
    prompt: { kind: 'text', text: 'the entropy', chat: false },
    ...{ answer: null, verifier: null, n: 2, temperature: 1, top_p: 1, top_k: 0, max_tokens: 400, seed: 3 },
    ...{ stop: [], device: 'cpu' },
  }
  const run = async (given: SamplerTask, ending: boolean): Promise<SampleBlock[]> => {
    const blocks: SampleBlock[] = []
    const controller = new AbortController()
    const send = (block: SampleBlock): void => {
      blocks.push(block)
      if (ending && block.rows.some(({ text }) => text)) controller.abort()
    }
    await runTask(given, models, send, controller.signal)
    return blocks
  }
  const idsOf = (blocks: SampleBlock[]) =>
    blocks.flatMap(({ rows }) =>
      rows.flatMap(({ row, trace }) => (row === 0 && trace ? [...unpackTrace(trace).ids] : [])),
    )
  const ended = await run(task, true)
  expect(ended.findLast(({ lanes }) => lanes)!.lanes![0]!.state).toBe('stopped')
  const ends = ended.flatMap(({ rows }) => rows.flatMap(({ end }) => end ?? []))
  expect(ends).toHaveLength(2)
  expect(ends.map(({ finishReason }) => finishReason)).toContain('stopped')
  const short = await run({ ...task, max_tokens: 8 }, false)
  expect(short.findLast(({ lanes }) => lanes)!.lanes![0]!.state).toBe('done')
  expect(idsOf(ended).length).toBeGreaterThan(0)
  expect(idsOf(ended).slice(0, 8)).toEqual(idsOf(short).slice(0, idsOf(ended).length))
})
