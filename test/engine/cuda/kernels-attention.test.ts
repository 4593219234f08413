import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { attentionLaunch } from '../../../src-main/engine/executors/cuda/kernels/attention.ts'
import {
  attentionKeyGradLaunch,
  attentionProductsLaunch,
  attentionQueryGradLaunch,
} from '../../../src-main/engine/executors/cuda/kernels/attention-grad.ts'
import { type AttentionShape, placingNumbers } from '../../../src-main/engine/executors/cuda/kernels/attention-shape.ts'
import { Device, distance, rounded } from '../../helpers/cuda-emulator/device.ts'
import { machine, machineMissing } from '../../helpers/cuda-emulator/machine.ts'
import { attentionWithGradients } from '../../helpers/reference/attention.ts'
import { normals } from '../conformance/entry.ts'

const missing = machineMissing()
const tolerances = { float32: 1e-5, bfloat16: 8e-3 } as const

interface Situation {
  readonly shape: AttentionShape
  /** Tokens of each sequence; packed end to end, or padded to the longest. */
  readonly lengths: readonly number[]
  readonly packed?: boolean
  readonly starts?: readonly number[]
  /** Factor on queries: large ones make probabilities sharp. */
  readonly scale?: number
}

const shape = (storage: AttentionShape['storage'], heads: number, keyValueHeads: number, headDim: number) => ({
  storage,
  heads,
  keyValueHeads,
  headDim,
})

const situations: Readonly<Record<string, Situation>> = {
  'plain, one token': { shape: shape('float32', 1, 1, 2), lengths: [1] },
  'plain, groups, padded': { shape: shape('float32', 4, 2, 6), lengths: [40, 40, 40] },
  'plain, packed': { shape: shape('float32', 2, 1, 40), lengths: [33, 1, 0, 70], packed: true },
  'plain, starts': { shape: shape('float32', 2, 2, 8), lengths: [37, 37], starts: [5, 35] },
  'plain, bfloat16 heads that fragments do not fit': { shape: shape('bfloat16', 2, 1, 24), lengths: [35] },
  'tensor cores, one token': { shape: shape('bfloat16', 2, 1, 16), lengths: [1, 1] },
  'tensor cores, padded, groups': { shape: shape('bfloat16', 4, 2, 32), lengths: [67, 67] },
  'tensor cores, packed': { shape: shape('bfloat16', 3, 1, 64), lengths: [150, 1, 0, 64], packed: true },
  'tensor cores, starts': { shape: shape('bfloat16', 1, 1, 64), lengths: [140, 140, 140], starts: [3, 139, 70] },
  'tensor cores, wide heads': { shape: shape('bfloat16', 2, 1, 128), lengths: [97], scale: 6 },
  'tensor cores forward, plain backward': { shape: shape('bfloat16', 1, 1, 160), lengths: [50] },
}

function launchesOf({ shape, lengths }: Situation) {
  const sizes = { time: Math.max(...lengths), batch: lengths.length }
  return {
    forward: attentionLaunch(shape, sizes),
    products: attentionProductsLaunch(shape, sizes),
    keyGrad: attentionKeyGradLaunch(shape, sizes),
    queryGrad: attentionQueryGradLaunch(shape, sizes),
  }
}

const kernels = Object.values(situations).flatMap((each) => Object.values(launchesOf(each)).map(({ kernel }) => kernel))

function sequencesOf({ lengths, packed, starts }: Situation) {
  const firsts = lengths.map((_, b) => (packed ? lengths.slice(0, b).reduce((sum, length) => sum + length, 0) : b))
  return lengths.map((length, b) => ({
    row: (time: number) => firsts[b]! + time * (packed ? 1 : lengths.length),
    length,
    start: starts?.[b] ?? 0,
    first: firsts[b]!,
  }))
}

describe.skipIf(missing)(`attention kernels, ${missing ? `skipped: ${missing}` : machine().name}`, () => {
  const device = new Device()
  beforeAll(() => machine().prepare(kernels), 120_000)
  afterEach(() => device.release())

  test.each(Object.entries(situations))('%s', (_, situation) => {
    const { shape, lengths, packed = false, starts, scale = 1 } = situation
    const { storage, heads, keyValueHeads, headDim } = shape
    const rows = lengths.reduce((sum, length) => sum + length, 0)
    const data = (width: number, seed: number, scale = 1) =>
      rounded([...normals([rows * width * headDim], seed, scale).data], storage)
    const [q, k, v, g] = [data(heads, 1, scale), data(keyValueHeads, 2), data(keyValueHeads, 3), data(heads, 4)]
    const sequences = sequencesOf(situation)
    const sizes = { time: Math.max(...lengths), batch: lengths.length }
    const places = [
      packed ? device.ints(sequences.map(({ first }) => first)) : 0,
      packed ? device.ints(lengths) : 0,
      starts ? device.ints(starts) : 0,
      ...placingNumbers(shape, sizes, packed),
    ]
    const [dQ, dK, dV, dG] = [q, k, v, g].map((x) => device.floats(x, storage)) as [bigint, bigint, bigint, bigint]
    const [out, dq, dk, dv] = [q, q, k, k].map((x) => device.room(x.length, storage)) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const statistics = device.room(sizes.batch * heads * sizes.time)
    const products = device.room(sizes.batch * heads * sizes.time)
    const { forward, products: productsLaunch, keyGrad, queryGrad } = launchesOf(situation)
    device.run(
      [forward, dQ, dK, dV, out, statistics, ...places],
      [productsLaunch, out, dG, products, ...places],
      [keyGrad, dQ, dK, dV, dG, statistics, products, dk, dv, ...places],
      [queryGrad, dQ, dK, dV, dG, statistics, products, dq, ...places],
    )
    const expected = attentionWithGradients({ q, k, v }, g, { heads, keyValueHeads, headDim, sequences })
    const tolerance = tolerances[storage]
    const read = (at: bigint, like: number[]) => device.readFloats(at, like.length, storage)
    expect(distance(read(out, q), expected.out)).toBeLessThan(tolerance)
    expect(distance(read(dv, v), expected.dv)).toBeLessThan(tolerance)
    // One token has no gradient of queries and keys but what rounding leaves.
    const slack = Math.max(...lengths) === 1 ? 1e-2 : tolerance
    expect(distance(read(dq, q), expected.dq)).toBeLessThan(slack)
    expect(distance(read(dk, k), expected.dk)).toBeLessThan(slack)
  })

  test('without statistics the forward gives the same', () => {
    const { shape } = situations['tensor cores, starts']!
    const sizes = { time: 3, batch: 1 }
    const x = [1, 2, 3].map((seed) => device.floats(normals([3 * 64], seed).data as Float32Array, 'bfloat16'))
    const [out, other, statistics] = [device.room(192, 'bfloat16'), device.room(192, 'bfloat16'), device.room(3)]
    const places = [0, 0, 0, ...placingNumbers(shape, sizes, false)]
    const launch = attentionLaunch(shape, sizes)
    device.run([launch, ...x, out, 0, ...places], [launch, ...x, other, statistics, ...places])
    expect(device.readFloats(out, 192, 'bfloat16')).toEqual(device.readFloats(other, 192, 'bfloat16'))
  })
})
