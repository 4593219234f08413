import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { swigluGradLaunch, swigluLaunch } from '../../../src-main/engine/executors/cuda/kernels/elementwise.ts'
import { rmsNormGradLaunch, rmsNormLaunch } from '../../../src-main/engine/executors/cuda/kernels/rms-norm.ts'
import { ropeLaunch } from '../../../src-main/engine/executors/cuda/kernels/rope.ts'
import { Device, distance, rounded } from '../../helpers/cuda-emulator/device.ts'
import { machine, machineMissing } from '../../helpers/cuda-emulator/machine.ts'
import { rmsNormOf, ropeOf } from '../../helpers/reference/closed-forms.ts'
import { normals } from '../conformance/entry.ts'

const missing = machineMissing()
const storages = [
  ['float32', 1e-5],
  ['bfloat16', 4e-3],
] as const

const forwards = [
  [1, 64, 1],
  [5, 8, 1],
  [3, 13, 1e-4],
  [2, 1536, 1e4],
  [3, 4104, 1],
] as const
const backwards = [
  [1, 16, false],
  [11, 13, true],
  [4, 1536, true],
  [2, 2056, false],
] as const
const turns = [
  [3, 2, 16],
  [2, 3, 6],
  [5, 1, 64],
] as const

/** All in one compilation: a compiler's start costs the most. */
const kernels = storages
  .flatMap(([storage]) => [
    ...forwards.map(([rows, width]) => rmsNormLaunch({ storage, width }, rows)),
    ...backwards.map(([rows, width, addend]) => rmsNormGradLaunch({ storage, width, addend }, rows, 1).launch),
    ...turns.flatMap(([rows, heads, headDim]) =>
      [false, true].map((inverse) => ropeLaunch({ storage, headDim, inverse }, rows, heads)),
    ),
    swigluLaunch(storage, 1),
    swigluGradLaunch(storage, 1),
  ])
  .map(({ kernel }) => kernel)

const numbers = (count: number, seed: number, scale = 1): number[] => [...normals([count], seed, scale).data]

describe.skipIf(missing)(`kernels of layers, ${missing ? `skipped: ${missing}` : machine().name}`, () => {
  const device = new Device()
  beforeAll(() => machine().prepare(kernels), 60_000)
  afterEach(() => device.release())

  describe.each(storages)('%s', (storage, tolerance) => {
    const data = (count: number, seed: number, scale?: number) => rounded(numbers(count, seed, scale), storage)
    const eps = 1e-6

    test.each(forwards)('rmsNorm of %i rows of %i, scale %d', (rows, width, scale) => {
      const [x, weight] = [data(rows * width, 1, scale), data(width, 2)]
      const out = device.room(rows * width, storage)
      const launch = rmsNormLaunch({ storage, width }, rows)
      device.run([launch, device.floats(x, storage), device.floats(weight, storage), out, rows, eps])
      const actual = device.readFloats(out, rows * width, storage)
      expect(distance(actual, rmsNormOf(x, weight, eps))).toBeLessThan(tolerance)
    })

    test.each(backwards)('gradient of rmsNorm of %i rows of %i, with addend: %s', (rows, width, addend) => {
      const [x, g, more, weight] = [data(rows * width, 6), data(rows * width, 7), data(rows * width, 8), data(width, 9)]
      const { launch, partials } = rmsNormGradLaunch({ storage, width, addend }, rows, 1)
      const [dx, partial] = [device.room(rows * width, storage), device.room(partials * width)]
      const operands = [x, weight, g, ...(addend ? [more] : [])].map((each) => device.floats(each, storage))
      device.run([launch, ...operands, dx, partial, rows, eps])
      const expected = rmsNormGradOf(x, weight, g, eps)
      const full = expected.dx.map((value, place) => value + (addend ? more[place]! : 0))
      expect(distance(device.readFloats(dx, rows * width, storage), full)).toBeLessThan(tolerance)
      const parts = device.readFloats(partial, partials * width)
      const sum = weight.map((_, column) => parts.reduce((s, each, i) => s + (i % width === column ? each : 0), 0))
      expect(distance(sum, expected.dWeight)).toBeLessThan(1e-5)
    })

    test.each(turns)('rope of %i rows, %i heads of %i, there and back', (rows, heads, headDim) => {
      const half = headDim / 2
      const positions = Array.from({ length: rows }, (_, row) => (row * 7) % 5)
      const angles = numbers(5 * half, 10)
      const x = data(rows * heads * headDim, 11)
      const [table, places] = [(of: (angle: number) => number) => device.floats(angles.map(of)), device.ints(positions)]
      const [cos, sin, from, to] = [
        table(Math.cos),
        table(Math.sin),
        device.floats(x, storage),
        device.room(x.length, storage),
      ]
      device.run([
        ropeLaunch({ storage, headDim, inverse: false }, rows, heads),
        from,
        places,
        cos,
        sin,
        to,
        rows,
        heads,
      ])
      const turned = ropeOf(x, headDim, heads, (row, pair) => angles[positions[row]! * half + pair]!)
      expect(distance(device.readFloats(to, x.length, storage), turned)).toBeLessThan(tolerance)
      device.run([ropeLaunch({ storage, headDim, inverse: true }, rows, heads), to, places, cos, sin, to, rows, heads])
      expect(distance(device.readFloats(to, x.length, storage), x)).toBeLessThan(2 * tolerance)
    })

    test.each([1, 8, 5000])('swiglu and its gradient of %i numbers', (count) => {
      const [gate, up, g] = [data(count, 12, 3), data(count, 13), data(count, 14)]
      gate[0] = storage === 'float32' ? -80 : -20
      const [a, b, c] = [gate, up, g].map((each) => device.floats(each, storage)) as [bigint, bigint, bigint]
      const [out, dGate, dUp] = [1, 2, 3].map(() => device.room(count, storage)) as [bigint, bigint, bigint]
      device.run(
        [swigluLaunch(storage, count), a, b, out, count],
        [swigluGradLaunch(storage, count), a, b, c, dGate, dUp, count],
      )
      const expected = gate.map((x, place) => swigluOf(x, up[place]!, g[place]!))
      const read = (at: bigint) => device.readFloats(at, count, storage)
      expect(
        distance(
          read(out),
          expected.map(({ y }) => y),
        ),
      ).toBeLessThan(tolerance)
      expect(
        distance(
          read(dGate),
          expected.map(({ dGate }) => dGate),
        ),
      ).toBeLessThan(tolerance)
      expect(
        distance(
          read(dUp),
          expected.map(({ dUp }) => dUp),
        ),
      ).toBeLessThan(tolerance)
    })
  })
})

function rmsNormGradOf(x: number[], weight: number[], g: number[], eps: number) {
  const width = weight.length
  const dx: number[] = []
  const dWeight = new Array<number>(width).fill(0)
  for (let start = 0; start < x.length; start += width) {
    const row = x.slice(start, start + width)
    const inverse = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / width + eps)
    const scaled = weight.map((w, column) => w * g[start + column]!)
    const along = row.reduce((sum, value, column) => sum + value * inverse * scaled[column]!, 0) / width
    for (const [column, value] of row.entries()) {
      dx.push(inverse * (scaled[column]! - value * inverse * along))
      dWeight[column]! += g[start + column]! * value * inverse
    }
  }
  return { dx, dWeight }
}

function swigluOf(x: number, up: number, g: number) {
  const slope = 1 / (1 + Math.exp(-x))
  return { y: x * slope * up, dGate: g * up * slope * (1 + x * (1 - slope)), dUp: g * x * slope }
}
