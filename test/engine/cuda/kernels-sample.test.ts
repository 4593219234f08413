import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { greedyLaunch, sampleLaunch } from '../../../src-main/engine/executors/cuda/kernels/sample.ts'
import { sampleFilteredLaunch } from '../../../src-main/engine/executors/cuda/kernels/sample-filtered.ts'
import { randomStream, uniform } from '../../../src-main/util/rng.ts'
import { Device, rounded } from '../../helpers/cuda-emulator/device.ts'
import { machine, machineMissing } from '../../helpers/cuda-emulator/machine.ts'
import { normals } from '../conformance/entry.ts'

const missing = machineMissing()
const storages = ['float32', 'bfloat16'] as const
const kernels = storages
  .flatMap((storage) => [greedyLaunch(storage, 1), sampleLaunch(storage, 1), sampleFilteredLaunch(storage, 1)])
  .map(({ kernel }) => kernel)

interface Filter {
  readonly topK: number
  readonly topP: number
}

const probabilitiesOf = (logits: number[], temperature: number) => {
  const most = Math.max(...logits)
  const weights = logits.map((x) => Math.exp((x - most) / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** The engine's rule in float64. */
function drawn(p: number[], u: number, filter?: Filter): number {
  const order = p.map((_, token) => token)
  if (filter) order.sort((a, b) => p[b]! - p[a]! || a - b)
  const ranked = filter ? order.slice(0, filter.topK) : order
  const mass = ranked.reduce((sum, token) => sum + p[token]!, 0)
  let before = 0
  const kept = ranked.map((token) => {
    const stays = !filter || before <= 0 || before < mass * filter.topP
    before += p[token]!
    return stays ? p[token]! : 0
  })
  const total = kept.reduce((sum, weight) => sum + weight, 0)
  let running = 0
  for (const [rank, weight] of kept.entries()) {
    running += weight
    if (running > u * total) return ranked[rank]!
  }
  throw new Error(`The uniform ${u} is not below 1.`)
}

describe.skipIf(missing)(`sampling kernels, ${missing ? `skipped: ${missing}` : machine().name}`, () => {
  const device = new Device()
  beforeAll(() => machine().prepare(kernels), 120_000)
  afterEach(() => device.release())

  /** Rows of one kind of logits, drawn on the device. */
  function sample(
    storage: (typeof storages)[number],
    logits: number[][],
    temperature: number,
    kind: 'greedy' | 'full' | Filter,
  ) {
    const [rows, length] = [logits.length, logits[0]!.length]
    const pitch = length + 3
    const padded = logits.flatMap((row) => [...row, 1e30, 1e30, 1e30])
    const uniforms = logits.map((_, row) => uniform(5, randomStream.sampling, 1, row, length))
    const [tokens, logprobs, entropies] = [device.room(rows), device.room(rows), device.room(rows)]
    const given = [
      device.floats(padded, storage),
      device.floats([temperature]),
      tokens,
      logprobs,
      entropies,
      pitch,
      length,
    ]
    const draw = kind === 'greedy' ? [] : [device.floats(uniforms)]
    if (kind === 'greedy') device.run([greedyLaunch(storage, rows), ...given])
    else if (kind === 'full') device.run([sampleLaunch(storage, rows), ...given, ...draw])
    else device.run([sampleFilteredLaunch(storage, rows), ...given, ...draw, device.floats([kind.topP]), kind.topK])
    const exact = logits.map((row) => probabilitiesOf(row, temperature))
    const found = device.readInts(tokens, rows)
    for (const [row, p] of exact.entries()) {
      expect(device.readFloats(logprobs, rows)[row]).toBeCloseTo(Math.log(p[found[row]!]!), 4)
      expect(device.readFloats(entropies, rows)[row]).toBeCloseTo(
        -p.reduce((sum, x) => sum + (x > 0 ? x * Math.log(x) : 0), 0),
        4,
      )
    }
    return { found, exact, uniforms }
  }

  const rowsOf = (storage: (typeof storages)[number], count: number, length: number, scale: number) =>
    Array.from({ length: count }, (_, row) => rounded([...normals([length], 30 + row, scale).data], storage))

  describe.each(storages)('%s', (storage) => {
    test('the largest logit, the lowest index of equals', () => {
      const logits = rowsOf(storage, 4, 701, 2)
      logits[1]![700] = 50
      logits[1]![650] = 50
      logits[2]![0] = 50
      const { found } = sample(storage, logits, 0.7, 'greedy')
      expect(found).toEqual(logits.map((row) => row.indexOf(Math.max(...row))))
      expect(found[1]).toBe(650)
    })

    test.each([
      [1, 5, 1],
      [6, 20, 1],
      [6, 1003, 0.5],
      [6, 1003, 30],
      [2, 515, 0],
    ])('from all tokens: %i rows of %i, logits of size %d', (rows, length, scale) => {
      const { found, exact, uniforms } = sample(storage, rowsOf(storage, rows, length, scale), 0.9, 'full')
      expect(found).toEqual(exact.map((p, row) => drawn(p, uniforms[row]!)))
    })

    test.each([
      [4, 900, 2, { topK: 10, topP: 1 }],
      [4, 900, 2, { topK: 900, topP: 0.8 }],
      [4, 900, 1, { topK: 50, topP: 0.6 }],
      [2, 900, 60, { topK: 20, topP: 0.99 }],
      [2, 7, 1, { topK: 1, topP: 0.5 }],
      [2, 40, 0, { topK: 30, topP: 0.51 }],
      [2, 4200, 0.01, { topK: 4200, topP: 0.97 }],
      [3, 600, 4, { topK: 600, topP: 1 }],
    ])('filtered: %i rows of %i, logits of size %d, %o', (rows, length, scale, filter) => {
      const { found, exact, uniforms } = sample(storage, rowsOf(storage, rows, length, scale), 1.2, filter)
      expect(found).toEqual(exact.map((p, row) => drawn(p, uniforms[row]!, filter)))
    })
  })
})
