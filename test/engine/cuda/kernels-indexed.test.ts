import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  type GatherSizes,
  gatherLastLaunch,
  gatherLaunch,
  gatherNumbers,
  scatterAddLaunch,
  scatterLastLaunch,
} from '../../../src-main/engine/executors/cuda/kernels/indexed.ts'
import { argmaxLaunch, topKLaunch } from '../../../src-main/engine/executors/cuda/kernels/order.ts'
import { type CumsumOptions, cumsumLaunch } from '../../../src-main/engine/executors/cuda/kernels/scan.ts'
import { Device, distance, rounded } from '../../helpers/cuda-emulator/device.ts'
import { machine, machineMissing } from '../../helpers/cuda-emulator/machine.ts'
import { normals } from '../conformance/entry.ts'

const missing = machineMissing()
const storages = ['float32', 'bfloat16'] as const
const numbers = (count: number, seed: number): number[] => [...normals([count], seed).data]
const whole = (count: number, below: number, seed: number) =>
  numbers(count, seed).map((x) => Math.floor(Math.abs(x) * 1000) % below)

const gathers: readonly GatherSizes[] = [
  { outer: 1, rows: 7, picks: 12, inner: 8, bytes: 4 },
  { outer: 3, rows: 4, picks: 2, inner: 5, bytes: 4 },
  { outer: 2, rows: 3, picks: 4, inner: 24, bytes: 2 },
  { outer: 1, rows: 9, picks: 5, inner: 3, bytes: 2 },
  { outer: 1, rows: 300, picks: 700, inner: 1, bytes: 4 },
]
const sums = [
  [5, 600, 3],
  [40, 33, 300],
  [3, 1, 1],
] as const
const scans = (['float32', 'int32'] as const).flatMap((storage) =>
  [false, true].flatMap((reverse) =>
    [false, true].map((exclusive): CumsumOptions => ({ storage, reverse, exclusive })),
  ),
)
const kernels = [
  ...gathers.map(gatherLaunch),
  ...([2, 4] as const).map((bytes) => gatherLastLaunch(bytes, 1, 1)),
  ...storages.flatMap((storage) => [scatterLastLaunch(storage, 1), argmaxLaunch(storage, 1), topKLaunch(storage, 1)]),
  ...storages.flatMap((updates) =>
    [false, true].map((accumulate) => scatterAddLaunch({ updates, result: 'float32', accumulate }, 1, 1)),
  ),
  ...scans.flatMap((options) => [cumsumLaunch(options, 1, 1), cumsumLaunch(options, 1, 2)]),
].map(({ kernel }) => kernel)

describe.skipIf(missing)(`kernels at indices, ${missing ? `skipped: ${missing}` : machine().name}`, () => {
  const device = new Device()
  beforeAll(() => machine().prepare(kernels), 60_000)
  afterEach(() => device.release())

  test.each(gathers)('gather %o', (sizes) => {
    const { outer, rows, picks, inner, bytes } = sizes
    const storage = bytes === 4 ? 'float32' : 'bfloat16'
    const x = rounded(numbers(outer * rows * inner, 1), storage)
    // One pick lies past the end, where a gradient of rows that nothing picked is zero.
    const indices = [...whole(picks - 1, rows, 2), rows]
    const out = device.room(outer * picks * inner, storage)
    device.run([gatherLaunch(sizes), device.floats(x, storage), device.ints(indices), out, ...gatherNumbers(sizes)])
    const expected = Array.from({ length: outer }, (_, o) =>
      indices.map((row) => Array.from({ length: inner }, (_, i) => x[(o * rows + row) * inner + i] ?? 0)),
    )
    const zeroed = expected.map((block) => block.map((row, pick) => (indices[pick] === rows ? row.map(() => 0) : row)))
    expect(device.readFloats(out, outer * picks * inner, storage)).toEqual(zeroed.flat(2))
  })

  test.each(storages)('elements of the last axis, there and back, %s', (storage) => {
    const [rows, length, picks] = [3, 300, 7]
    const x = rounded(numbers(rows * length, 3), storage)
    const indices = [...whole(rows * picks - 2, length, 4), 299, 299]
    const [at, picked, spread] = [
      device.ints(indices),
      device.room(rows * picks, storage),
      device.room(rows * length, storage),
    ]
    device.run(
      [
        gatherLastLaunch(storage === 'float32' ? 4 : 2, rows, picks),
        device.floats(x, storage),
        at,
        picked,
        rows,
        length,
        picks,
      ],
      [scatterLastLaunch(storage, rows), picked, at, spread, length, picks],
    )
    const expected = indices.map((index, place) => x[Math.floor(place / picks) * length + index]!)
    expect(device.readFloats(picked, rows * picks, storage)).toEqual(expected)
    const sums = new Array<number>(rows * length).fill(0)
    for (const [place, index] of indices.entries())
      sums[Math.floor(place / picks) * length + index]! += expected[place]!
    expect(distance(device.readFloats(spread, rows * length, storage), sums)).toBeLessThan(4e-3)
  })

  describe.each(storages)('sums at indices, %s', (updates) => {
    test.each(sums)('%i rows, %i updates of %i', (rows, count, width) => {
      const [data, kept] = [rounded(numbers(count * width, 5), updates), numbers(rows * width, 6)]
      const indices = whole(count, rows, 7)
      for (const accumulate of [false, true]) {
        const out = accumulate ? device.floats(kept) : device.room(rows * width)
        const launch = scatterAddLaunch({ updates, result: 'float32', accumulate }, rows, 1)
        device.run([launch, device.ints(indices), device.floats(data, updates), out, count, width, rows])
        const expected = kept.map((x) => (accumulate ? x : 0))
        for (const [place, row] of indices.entries())
          for (let column = 0; column < width; column++)
            expected[row * width + column]! += data[place * width + column]!
        expect(distance(device.readFloats(out, rows * width), expected)).toBeLessThan(1e-5)
      }
    })
  })

  test.each(scans)('running sums %o', (options) => {
    const { storage, reverse, exclusive } = options
    for (const [outer, length, inner] of [
      [2, 5, 3],
      [3, 700, 1],
      [1, 1, 1],
    ] as const) {
      const count = outer * length * inner
      const x = storage === 'int32' ? whole(count, 100, 8) : numbers(count, 8)
      const from = storage === 'int32' ? device.ints(x) : device.floats(x)
      const out = device.room(count)
      device.run([cumsumLaunch(options, outer, inner), from, out, outer, length, inner])
      const actual = storage === 'int32' ? device.readInts(out, count) : device.readFloats(out, count)
      const expected = x.map((_, place) => {
        const [step, column] = [Math.floor(place / inner) % length, place % inner]
        const start = place - step * inner - column
        const line = Array.from({ length }, (_, i) => x[start + i * inner + column]!)
        const before = reverse ? line.slice(step + 1) : line.slice(0, step)
        return before.reduce((sum, each) => sum + each, exclusive ? 0 : line[step]!)
      })
      expect(distance(actual, expected)).toBeLessThan(1e-5)
    }
  })

  test.each(storages)('the largest elements, ties by place, %s', (storage) => {
    const [rows, length, count] = [2, 700, 700]
    const x = rounded(
      numbers(rows * length, 9).map((value, place) => (place % 3 === 0 ? Math.round(value) : value)),
      storage,
    )
    x[1] = -0
    x[2] = Number.POSITIVE_INFINITY
    x[3] = Number.NEGATIVE_INFINITY
    const at = device.floats(x, storage)
    const [best, values, places] = [device.room(rows), device.room(rows * count, storage), device.room(rows * count)]
    device.run(
      [argmaxLaunch(storage, rows), at, best, length],
      [topKLaunch(storage, rows), at, values, places, device.room(rows * 4 * length), length, count],
    )
    const sorted = Array.from({ length: rows }, (_, row) => {
      const line = x.slice(row * length, (row + 1) * length)
      return line.map((_, place) => place).sort((a, b) => (line[b]! === line[a]! ? a - b : line[b]! - line[a]!))
    })
    expect(device.readInts(best, rows)).toEqual(sorted.map((order) => order[0]))
    expect(device.readInts(places, rows * count)).toEqual(sorted.flat())
    const expected = sorted.flatMap((order, row) => order.map((place) => x[row * length + place]))
    expect(device.readFloats(values, rows * count, storage)).toEqual(expected)
  })
})
