import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  type DecodeShape,
  decodeAttentionLaunches,
} from '../../../src-main/engine/executors/cuda/kernels/decode-attention.ts'
import { Device, distance, rounded } from '../../helpers/cuda-emulator/device.ts'
import { machine, machineMissing } from '../../helpers/cuda-emulator/machine.ts'
import { attentionOf } from '../../helpers/reference/closed-forms.ts'
import { normals } from '../conformance/entry.ts'

const missing = machineMissing()

interface Situation {
  readonly shape: DecodeShape
  readonly past: number
  readonly batch: number
  readonly starts?: readonly number[]
  /** Each sequence's prompt, before what its own keys begin with, and the rows of the prompts' cache. */
  readonly prompts?: { readonly entries: readonly number[]; readonly lengths: readonly number[]; readonly time: number }
  readonly multiprocessors: number
}

const shapeOf = (
  storage: DecodeShape['storage'],
  heads: number,
  keyValueHeads: number,
  headDim: number,
  more = {},
) => ({
  ...{ storage, heads, keyValueHeads, headDim, append: false, prompts: false },
  ...more,
})

const situations: Readonly<Record<string, Situation>> = {
  'plain, an empty cache': { shape: shapeOf('float32', 2, 1, 6), past: 0, batch: 2, multiprocessors: 1 },
  'plain, starts, appended': {
    shape: shapeOf('float32', 4, 2, 40, { append: true }),
    past: 300,
    batch: 3,
    starts: [0, 300, 133],
    multiprocessors: 1,
  },
  'tensor cores, an empty cache': { shape: shapeOf('bfloat16', 2, 2, 16), past: 0, batch: 2, multiprocessors: 1 },
  'tensor cores, one part': { shape: shapeOf('bfloat16', 12, 2, 128), past: 99, batch: 2, multiprocessors: 1 },
  'tensor cores, many parts, starts, appended': {
    shape: shapeOf('bfloat16', 6, 1, 64, { append: true }),
    past: 700,
    batch: 3,
    starts: [0, 690, 400],
    multiprocessors: 8,
  },
  'tensor cores, large groups': { shape: shapeOf('bfloat16', 12, 1, 32), past: 45, batch: 1, multiprocessors: 4 },
  'tensor cores, shared prompts': {
    shape: shapeOf('bfloat16', 4, 2, 32, { prompts: true }),
    past: 80,
    batch: 3,
    starts: [10, 62, 3],
    prompts: { entries: [1, 1, 0], lengths: [50, 50, 37], time: 55 },
    multiprocessors: 1,
  },
  'tensor cores, shared prompts in many parts, appended': {
    shape: shapeOf('bfloat16', 12, 2, 128, { prompts: true, append: true }),
    past: 17,
    batch: 3,
    starts: [0, 17, 5],
    prompts: { entries: [0, 1, 0], lengths: [600, 1, 600], time: 600 },
    multiprocessors: 16,
  },
  'plain, shared prompts': {
    shape: shapeOf('float32', 2, 1, 6, { prompts: true, append: true }),
    past: 5,
    batch: 2,
    starts: [1, 5],
    prompts: { entries: [1, 1], lengths: [40, 40], time: 40 },
    multiprocessors: 1,
  },
}

const launchesOf = ({ shape, past, batch, multiprocessors, prompts }: Situation) =>
  decodeAttentionLaunches(shape, { batch, keys: past + 1 + (prompts?.time ?? 0), multiprocessors })

const kernels = Object.values(situations)
  .map(launchesOf)
  .flatMap(({ attend, join }) => [attend.kernel, ...(join ? [join.kernel] : [])])

describe.skipIf(missing)(`decode attention, ${missing ? `skipped: ${missing}` : machine().name}`, () => {
  const device = new Device()
  beforeAll(() => machine().prepare(kernels), 120_000)
  afterEach(() => device.release())

  test.each(Object.entries(situations))('%s', (_, situation) => {
    const { shape, past, batch, starts, prompts } = situation
    const { storage, heads, keyValueHeads, headDim, append } = shape
    const width = keyValueHeads * headDim
    const data = (count: number, seed: number) => rounded([...normals([count], seed).data], storage)
    const [q, k, v] = [data(batch * heads * headDim, 1), data(batch * width, 2), data(batch * width, 3)]
    const [keys, values] = [data(past * batch * width, 4), data(past * batch * width, 5)]
    const [promptKeys, promptValues] = [6, 7].map((seed) => data((prompts?.time ?? 0) * 2 * width, seed))
    const { attend, join, scratch } = launchesOf(situation)
    expect(attend.grid[0] > 1).toBe(join !== undefined)
    // A last row without content: where the new key goes, if it goes there.
    const room = (x: number[]) => device.floats([...x, ...new Array<number>(batch * width).fill(Number.NaN)], storage)
    const [cacheK, cacheV] = [room(keys), room(values)]
    const out = device.room(q.length, storage)
    const parts = scratch > 0 ? device.room(scratch) : 0
    const upload = (x: number[]) => device.floats(x, storage)
    const operands = [q, k, v].map(upload)
    const places = [
      starts ? device.ints(starts) : 0,
      past % 2 ? device.ints([past]) : 0,
      past,
      batch,
      1 / Math.sqrt(headDim),
    ]
    const shared = prompts
      ? [
          upload(promptKeys!),
          upload(promptValues!),
          device.ints(prompts.entries),
          device.ints(prompts.lengths),
          prompts.time,
          2,
        ]
      : []
    device.run(
      [attend, ...operands, cacheK, cacheV, out, parts, ...places, ...shared],
      ...(join ? [[join, parts, out, batch * heads, attend.grid[0]] as const] : []),
    )
    const sizes = { batch, heads, keyValueHeads, headDim }
    const rowsOf = (cache: readonly number[], from: number, to: number, count: number, column: number) =>
      Array.from({ length: Math.max(0, to - from) }, (_, row) => {
        const place = ((from + row) * count + column) * width
        return cache.slice(place, place + width)
      }).flat()
    /** A sequence by itself: its prompt, its own keys, the new one. */
    const alone = (b: number) => {
      const [length, time] = [prompts!.lengths[b]!, prompts!.time]
      const all = (prompt: number[], cache: number[], now: number[]) => [
        ...rowsOf(prompt, time - length, time, 2, prompts!.entries[b]!),
        ...rowsOf(cache, starts![b]!, past, batch, b),
        ...rowsOf(now, 0, 1, batch, b),
      ]
      const own = q.slice(b * heads * headDim, (b + 1) * heads * headDim)
      const count = length + past - starts![b]!
      const [ks, vs] = [all(promptKeys!, keys, k), all(promptValues!, values, v)]
      return attentionOf(own, ks, vs, { ...sizes, batch: 1 }, undefined, count)
    }
    const expected = prompts
      ? Array.from({ length: batch }, (_, b) => alone(b)).flat()
      : attentionOf(q, [...keys, ...k], [...values, ...v], sizes, starts, past)
    const tolerance = storage === 'float32' ? 1e-5 : 8e-3
    expect(distance(device.readFloats(out, q.length, storage), expected)).toBeLessThan(tolerance)
    const kept = device.readFloats(cacheK, (past + 1) * batch * width, storage)
    expect(kept.slice(past * batch * width)).toEqual(append ? k : k.map(() => Number.NaN))
    const keptValues = device.readFloats(cacheV, (past + 1) * batch * width, storage)
    expect(keptValues.slice(past * batch * width)).toEqual(append ? v : v.map(() => Number.NaN))
  })
})
