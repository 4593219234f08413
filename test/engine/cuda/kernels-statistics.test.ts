import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  adamwLaunch,
  normLaunch,
  piecesOf,
  squaresLaunch,
  tensorTable,
} from '../../../src-main/engine/executors/cuda/kernels/multi-tensor.ts'
import {
  logitsGradLaunch,
  tokenStateSize,
  tokenStatsEndLaunch,
  tokenStatsLaunch,
} from '../../../src-main/engine/executors/cuda/kernels/token-stats.ts'
import { adamwInputs } from '../../../src-main/engine/optim.ts'
import { Device, distance, rounded } from '../../helpers/cuda-emulator/device.ts'
import { machine, machineMissing } from '../../helpers/cuda-emulator/machine.ts'
import { adamwOf } from '../../helpers/reference/closed-forms.ts'
import { normals } from '../conformance/entry.ts'

const missing = machineMissing()
const storages = ['float32', 'bfloat16'] as const
const numbers = (count: number, seed: number, scale = 1) => [...normals([count], seed, scale).data]

const gradOptions = [
  { storage: 'float32', result: 'float32' },
  { storage: 'float32', result: 'bfloat16' },
  { storage: 'bfloat16', result: 'bfloat16' },
] as const
const kernels = [
  ...storages.flatMap((storage) => [
    ...[false, true].map((moments) => tokenStatsLaunch({ storage, moments }, 1)),
    adamwLaunch(storage, 1),
    squaresLaunch(storage, 1),
  ]),
  ...gradOptions.map((options) => logitsGradLaunch(options, 1)),
  tokenStatsEndLaunch(1),
  normLaunch(),
].map(({ kernel }) => kernel)

/** All statistics of one row, and the gradient of its logits for cotangents of lp and H. */
function exactRow(logits: number[], target: number, temperature: number, [gLogprob, gEntropy]: [number, number]) {
  const z = logits.map((x) => x / temperature)
  const most = Math.max(...z)
  const logSum = most + Math.log(z.reduce((sum, x) => sum + Math.exp(x - most), 0))
  const logP = z.map((x) => x - logSum)
  const entropy = -logP.reduce((sum, l) => sum + Math.exp(l) * l, 0)
  const moment = (n: number) => logP.reduce((sum, l) => sum + Math.exp(n * l) * (l + entropy), 0)
  const slopes = logP.map((l, column) => {
    const p = Math.exp(l)
    return (gLogprob * (Number(column === target) - p) - gEntropy * p * (l + entropy)) / temperature
  })
  return { logprob: logP[target]!, entropy, logSum, squares: moment(2), cubes: moment(3), slopes }
}

describe.skipIf(missing)(`statistics kernels, ${missing ? `skipped: ${missing}` : machine().name}`, () => {
  const device = new Device()
  beforeAll(() => machine().prepare(kernels), 120_000)
  afterEach(() => device.release())

  describe.each(storages)('token statistics, %s', (storage) => {
    test.each([
      // Rows, vocabulary, columns of a part, scale of logits, temperature.
      [3, 1000, 1000, 2, 1],
      [4, 517, 200, 3, 0.7],
      [2, 5, 2, 0, 1],
      [3, 640, 128, 60, 1.3],
      [2, 96, 32, 1e4, 1],
    ])('%i rows over %i tokens in parts of %i, logits of size %d', (rows, vocabulary, part, scale, temperature) => {
      const logits = rounded(numbers(rows * vocabulary, 1, scale), storage)
      const targets = Array.from({ length: rows }, (_, row) => (row * 311 + vocabulary - 1) % vocabulary)
      const state = device.room(rows * tokenStateSize)
      const [lp, h, sums, squares, cubes] = Array.from({ length: 5 }, () => device.room(rows)) as bigint[]
      const [at, heat] = [device.ints(targets), device.floats([temperature])]
      const steps = Array.from({ length: Math.ceil(vocabulary / part) }, (_, index) => {
        const columns = Math.min(part, vocabulary - index * part)
        const chunk = Array.from({ length: rows }, (_, row) => {
          const start = row * vocabulary + index * part
          return [...logits.slice(start, start + columns), ...new Array<number>(part - columns).fill(Number.NaN)]
        })
        const numbers = [part, columns, index * part, Number(index === 0)] as const
        return [
          tokenStatsLaunch({ storage, moments: true }, rows),
          device.floats(chunk.flat(), storage),
          at,
          heat,
          state,
          ...numbers,
        ] as const
      })
      device.run(...steps, [tokenStatsEndLaunch(rows), state, lp!, h!, sums!, squares!, cubes!, rows])
      const exact = targets.map((target, row) =>
        exactRow(logits.slice(row * vocabulary, (row + 1) * vocabulary), target, temperature, [0, 0]),
      )
      const read = (from: bigint | undefined) => device.readFloats(from!, rows)
      // Statistics of logits of size 10⁴ carry the rounding of numbers of that size.
      const tolerance = Math.max(1e-5, scale * 1e-7)
      const column = (key: 'logprob' | 'entropy' | 'logSum' | 'squares' | 'cubes') => exact.map((each) => each[key])
      expect(distance(read(lp), column('logprob'))).toBeLessThan(tolerance)
      for (const [from, key] of [
        [h, 'entropy'],
        [squares, 'squares'],
        [cubes, 'cubes'],
      ] as const)
        for (const [row, value] of read(from).entries())
          expect(Math.abs(value - column(key)[row]!), `${key} of row ${row}`).toBeLessThan(
            1e-5 * Math.max(1, scale / 10),
          )
      expect(distance(read(sums), column('logSum'))).toBeLessThan(tolerance)
    })
  })

  test.each(gradOptions)('gradients of logits $storage, written as $result', (options) => {
    const [rows, vocabulary, part] = [3, 700, 352]
    const logits = rounded(numbers(rows * vocabulary, 2, 2), options.storage)
    const targets = [0, 351, 699]
    const cotangents = [numbers(rows, 3), numbers(rows, 4)] as const
    for (const withEntropies of [true, false]) {
      const exact = targets.map((target, row) =>
        exactRow(logits.slice(row * vocabulary, (row + 1) * vocabulary), target, 0.8, [
          cotangents[0][row]!,
          withEntropies ? cotangents[1][row]! : 0,
        ]),
      )
      const [at, heat] = [device.ints(targets), device.floats([0.8])]
      const [sums, entropies] = [exact.map(({ logSum }) => logSum), exact.map(({ entropy }) => entropy)]
      const [dSums, dEntropy] = [device.floats(sums), device.floats(entropies)]
      const [gLogprobs, gEntropies] = [device.floats(cotangents[0]), withEntropies ? device.floats(cotangents[1]) : 0]
      for (const start of [0, part]) {
        const columns = Math.min(part, vocabulary - start)
        const chunk = logits
          .map((_, place) => place)
          .filter((place) => place % vocabulary >= start && place % vocabulary < start + columns)
        const padded = targets.flatMap((_, row) => [
          ...chunk.slice(row * columns, (row + 1) * columns).map((place) => logits[place]!),
          ...new Array<number>(part - columns).fill(0),
        ])
        const from = device.floats(padded, options.storage)
        // In place where the storage allows it.
        const to = options.storage === options.result ? from : device.room(rows * part, options.result)
        const launch = logitsGradLaunch(options, rows)
        device.run([
          launch,
          from,
          to,
          at,
          dSums,
          withEntropies ? dEntropy : 0,
          gLogprobs,
          gEntropies,
          heat,
          part,
          columns,
          start,
        ])
        const actual = device.readFloats(to, rows * part, options.result).filter((_, place) => place % part < columns)
        const expected = exact.flatMap(({ slopes }) => slopes.slice(start, start + columns))
        expect(distance(actual, expected)).toBeLessThan(options.result === 'float32' ? 1e-5 : 4e-3)
      }
    }
  })

  test.each(storages)('AdamW and the norm over tensors of many sizes, gradients %s', (storage) => {
    const sizes = [1, 20_000, 7, 16_384, 3]
    const settings = { learningRate: 0.1, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0.5 } as const
    const scale = 0.25
    const tensors = sizes.map((size, index) => {
      const data = (seed: number, by?: number) => numbers(size, 10 * index + seed, by).map(Math.fround)
      const gradient = rounded(data(1), storage)
      return { parameter: data(2), gradient, first: data(3, 0.1), second: data(4).map((x) => Math.fround(x * x)) }
    })
    const placed = tensors.map(({ parameter, gradient, first, second }, index) => ({
      parameter: device.floats(parameter),
      gradient: device.floats(gradient, storage),
      first: device.floats(first),
      second: device.floats(second),
      // One without a copy.
      ...(index !== 2 && { copy: device.room(parameter.length, 'bfloat16') }),
      elements: parameter.length,
    }))
    const pieces = piecesOf(sizes)
    const table = device.ints(new Int32Array(tensorTable(placed).buffer as ArrayBuffer))
    const [list, partial, norm] = [device.ints(pieces), device.room(pieces.length / 2), device.room(1)]
    const count = pieces.length / 2
    const step = adamwInputs({ ...settings, step: 7, gradientScale: scale })
    const scalars = Object.values(step).map(({ data }) => device.floats(data))
    device.run(
      [squaresLaunch(storage, count), table, list, partial],
      [normLaunch(), partial, norm, count],
      [adamwLaunch(storage, count), table, list, ...scalars],
    )
    const squares = tensors.flatMap(({ gradient }) => gradient).reduce((sum, g) => sum + g * g, 0)
    expect(device.readFloats(norm, 1)[0]! / Math.sqrt(squares)).toBeCloseTo(1, 6)
    for (const [index, { parameter, gradient, first, second }] of tensors.entries()) {
      const exact = parameter.map((p, i) =>
        adamwOf({ parameter: p, first: first[i]!, second: second[i]! }, gradient[i]! * scale, settings, 7),
      )
      const at = placed[index]!
      const read = (from: bigint) => device.readFloats(from, parameter.length)
      const written = read(at.parameter)
      expect(
        distance(
          written,
          exact.map((each) => each.parameter),
        ),
      ).toBeLessThan(1e-5)
      expect(
        distance(
          read(at.first),
          exact.map((each) => each.first),
        ),
      ).toBeLessThan(1e-5)
      expect(
        distance(
          read(at.second),
          exact.map((each) => each.second),
        ),
      ).toBeLessThan(1e-5)
      if (at.copy !== undefined)
        expect(device.readFloats(at.copy, parameter.length, 'bfloat16')).toEqual(rounded(written, 'bfloat16'))
    }
  })
})
