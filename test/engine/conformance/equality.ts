/** What must be equal, or not matter, on any executor, at sizes where threads and blocks come into play. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gradients } from '../../../src-main/engine/autodiff.ts'
import type { Executor, Tensor } from '../../../src-main/engine/executor.ts'
import { input, program, type Value } from '../../../src-main/engine/graph.ts'
import { attention, cachedAttention } from '../../../src-main/engine/ops/attention.ts'
import { gather, scatterAdd } from '../../../src-main/engine/ops/gather.ts'
import { tokenStats } from '../../../src-main/engine/ops/token-stats.ts'
import { expectClose } from '../../helpers/close.ts'
import { type MakeExecutor, normals } from './entry.ts'
import type { Tolerance } from './run.ts'

const sizes = { time: 12, batch: 3, heads: 6, keyValueHeads: 2, headDim: 8 }
const rows = sizes.time * sizes.batch
const wide = sizes.heads * sizes.headDim
const narrow = sizes.keyValueHeads * sizes.headDim
const q = input('q', [rows, wide])
const k = input('k', [rows, narrow])
const v = input('v', [rows, narrow])
const g = input('g', [rows, wide])
const starts = input('starts', [sizes.batch], 'int32')

const tensors: Record<string, Tensor> = {
  q: normals([rows, wide], 401),
  k: normals([rows, narrow], 402),
  v: normals([rows, narrow], 403),
  g: normals([rows, wide], 404),
  starts: { shape: [sizes.batch], data: new Int32Array([0, 5, 11]) },
}

/** Rows of a time-major matrix that belong to a sequence's own tokens. */
const isReal = (row: number) => Math.floor(row / sizes.batch) >= tensors.starts!.data[row % sizes.batch]!

function changed(tensor: Tensor, width: number, where: (row: number) => boolean, value: number): Tensor {
  const data = Float32Array.from(tensor.data, (x, place) => (where(Math.floor(place / width)) ? value : x))
  return { shape: tensor.shape, data }
}

const realOf = ({ data }: Tensor, width: number) =>
  Array.from(data).filter((_, place) => isReal(Math.floor(place / width)))

/** Equalities between programs, and independence from padding and threads. */
export function equalityConformance(name: string, make: MakeExecutor, { gradient }: Tolerance): void {
  describe(`${name}: equalities`, () => {
    let executor: Executor
    beforeAll(async () => {
      executor = await make()
    })
    afterAll(() => executor.dispose())

    const run = async (outputs: Record<string, Value>, feeds: Record<string, Tensor>) => {
      const compiled = await executor.compile(program('equality', outputs))
      const results = await compiled.run(feeds)
      await compiled.release()
      return results
    }
    attentionTests(run)
    cachedTests(run)
    headTests(run, gradient)
    indexTests(run)
  })
}

type Run = (outputs: Record<string, Value>, feeds: Record<string, Tensor>) => Promise<Record<string, Tensor>>

/** Attention and its gradients under a number of query blocks. */
function attended(blocks: number, padded: boolean): Record<string, Value> {
  const y = attention(q, k, v, { ...sizes, blocks }, padded ? starts : undefined)
  const [dq, dk, dv] = gradients([y], [g], [q, k, v]) as [Value, Value, Value]
  return { y, dq, dk, dv }
}

function attentionTests(run: Run): void {
  test.each([2, 3, 12])('attention in %i blocks is attention in one, gradients included', async (blocks) => {
    const [one, many] = [await run(attended(1, false), tensors), await run(attended(blocks, false), tensors)]
    for (const output of Object.keys(one)) expectClose(output, many[output]!.data, one[output]!.data, 2e-6)
  })

  test('what stands in padding changes nothing: neither results nor gradients of real tokens', async () => {
    const outside = (row: number) => !isReal(row)
    // Padded rows get no cotangent, as nothing is computed from them.
    const silent = { ...tensors, g: changed(tensors.g!, wide, outside, 0) }
    const noisy = {
      ...silent,
      q: changed(tensors.q!, wide, outside, 7),
      k: changed(tensors.k!, narrow, outside, -9),
      v: changed(tensors.v!, narrow, outside, 1e4),
    }
    for (const blocks of [1, 4]) {
      const [left, right] = [await run(attended(blocks, true), silent), await run(attended(blocks, true), noisy)]
      for (const [output, width] of [
        ['y', wide],
        ['dq', wide],
        ['dk', narrow],
        ['dv', narrow],
      ] as const) {
        expectClose(output, realOf(right[output]!, width), realOf(left[output]!, width), 2e-6)
        expect([...right[output]!.data].every(Number.isFinite), `${output} is finite`).toBe(true)
      }
    }
  })

  test('a token sees nothing that comes after it', async () => {
    const later = (row: number) => row >= 7 * sizes.batch
    const future = { ...tensors, k: changed(tensors.k!, narrow, later, 3), v: changed(tensors.v!, narrow, later, -50) }
    const before = await run({ y: attended(4, false).y! }, tensors)
    const after = await run({ y: attended(4, false).y! }, future)
    const seen = 7 * sizes.batch * wide
    expect(after.y!.data.slice(0, seen)).toEqual(before.y!.data.slice(0, seen))
  })
}

function cachedTests(run: Run): void {
  test('attention over a cache is the last row of attention over everything', async () => {
    const whole = await run({ y: attended(1, true).y! }, tensors)
    const past = sizes.time - 1
    const shapes = { time: 'past', batch: 'batch', blocks: 1 }
    const { heads, keyValueHeads, headDim } = sizes
    const cached = cachedAttention(
      input('q', ['batch', wide]),
      input('k', ['batch', narrow]),
      input('v', ['batch', narrow]),
      input('keys', ['past', 'batch', narrow]),
      input('values', ['past', 'batch', narrow]),
      { heads, keyValueHeads, headDim, ...shapes },
      input('starts', ['batch'], 'int32'),
    )
    const last = (tensor: Tensor, width: number): Tensor => ({
      shape: [sizes.batch, width],
      data: tensor.data.slice(past * sizes.batch * width),
    })
    const before = (tensor: Tensor): Tensor => ({
      shape: [past, sizes.batch, narrow],
      data: tensor.data.slice(0, past * sizes.batch * narrow),
    })
    const { y } = await run(
      { y: cached },
      {
        q: last(tensors.q!, wide),
        k: last(tensors.k!, narrow),
        v: last(tensors.v!, narrow),
        keys: before(tensors.k!),
        values: before(tensors.v!),
        starts: tensors.starts!,
      },
    )
    expectClose('y', y!.data, last(whole.y!, wide).data, 2e-6)
  })
}

/** `tolerance` between two ways of one sum: a card's fast exponential is off by up to 3e-6 of a probability where logits lie 20 apart. */
function headTests(run: Run, tolerance: number): void {
  const hidden = input('hidden', ['tokens', 16])
  const weight = input('weight', [40, 16])
  const targets = input('targets', ['tokens'], 'int32')
  const both = [input('gLogprobs', ['tokens']), input('gEntropies', ['tokens'])]
  const of = (tokens: number): Record<string, Tensor> => ({
    hidden: normals([tokens, 16], 405),
    weight: normals([40, 16], 406),
    targets: { shape: [tokens], data: Int32Array.from({ length: tokens }, (_, token) => (token * 7) % 40) },
    temperature: { shape: [], data: new Float32Array([0.6]) },
    gLogprobs: normals([tokens], 407),
    gEntropies: normals([tokens], 408),
  })

  const stats = (chunks: number, cotangents: readonly (Value | undefined)[]): Record<string, Value> => {
    const { logprobs, entropies } = tokenStats(hidden, weight, targets, input('temperature', []), chunks)
    const [dHidden, dWeight] = gradients([logprobs, entropies], cotangents, [hidden, weight]) as [Value, Value]
    return { logprobs, entropies, dHidden, dWeight }
  }

  test.each([2, 8, 32])('a vocabulary head in %i pieces is the head in one', async (chunks) => {
    for (const tokens of [31, 65]) {
      const [one, many] = [await run(stats(1, both), of(tokens)), await run(stats(chunks, both), of(tokens))]
      for (const output of Object.keys(one)) expectClose(output, many[output]!.data, one[output]!.data, tolerance)
    }
  })

  test('an absent cotangent is a cotangent of zeros', async () => {
    const zeros = { ...of(9), gEntropies: { shape: [9], data: new Float32Array(9) } }
    const [without, withZeros] = [await run(stats(2, [both[0], undefined]), of(9)), await run(stats(2, both), zeros)]
    for (const output of ['dHidden', 'dWeight']) {
      expectClose(output, without[output]!.data, withZeros[output]!.data, 2e-6)
    }
  })

  test('the temperature divides the logits', async () => {
    const half: Record<string, Tensor> = { ...of(5), temperature: { shape: [], data: new Float32Array([0.5]) } }
    const scaled = { ...half, hidden: { shape: [5, 16], data: Float32Array.from(half.hidden!.data, (x) => 2 * x) } }
    const plain = { ...scaled, temperature: { shape: [], data: new Float32Array([1]) } }
    const [cold, doubled] = [await run(stats(1, both), half), await run(stats(1, both), plain)]
    expectClose('lp', cold.logprobs!.data, doubled.logprobs!.data, 2e-6)
    expectClose('H', cold.entropies!.data, doubled.entropies!.data, 2e-6)
  })
}

function indexTests(run: Run): void {
  // Ones and small counts are exact in float32, so one lost addition shows.
  test('many threads adding to few rows lose nothing', async () => {
    const count = 6000
    const ids: Tensor = { shape: [count], data: Int32Array.from({ length: count }, (_, place) => place % 3) }
    const ones: Tensor = { shape: [count, 16], data: new Float32Array(count * 16).fill(1) }
    const places = input('ids', ['n'], 'int32')
    const table = input('table', [4, 16])
    const updates = input('updates', ['n', 16])
    const [dTable] = gradients([gather(table, places)], [updates], [table])
    const feeds = { ids, updates: ones, table: { shape: [4, 16], data: new Float32Array(64) } }
    const { sum, gradient } = await run({ sum: scatterAdd(places, updates, 4), gradient: dTable! }, feeds)
    const expected = [2000, 2000, 2000, 0].flatMap((total) => Array<number>(16).fill(total))
    expect([...sum!.data]).toEqual(expected)
    expect([...gradient!.data]).toEqual(expected)
  })
}
