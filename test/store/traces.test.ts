import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { packColumns, unpackColumns } from '../../src-main/store/trace-codec.ts'
import { packTrace, type Trace, unpackTrace } from '../../src-preload/contract/trace.ts'
import type { TraceAlternatives } from '../../src-preload/contract/trace-alternatives.ts'
import { seededUniform, writeSampleRun } from '../helpers/sample-run.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const number = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, -65504, 1e-8, Number.NEGATIVE_INFINITY))
const column = (count: number) =>
  fc.array(number, { minLength: count, maxLength: count }).map((values) => Float32Array.from(values))
const integers = (count: number, max: number) =>
  fc.array(fc.integer({ min: 0, max }), { minLength: count, maxLength: count })

const alternatives = (tokens: number, largestId: number): fc.Arbitrary<TraceAlternatives> =>
  fc.integer({ min: 1, max: 5 }).chain((count) =>
    fc
      .record({
        ids: integers(count * tokens, largestId).map((ids) => Uint32Array.from(ids)),
        logprobs: column(count * tokens),
        texts: fc.array(fc.tuple(fc.nat(), fc.string({ unit: 'binary' }))).map((pairs) => new Map(pairs)),
      })
      .map((rest) => ({ count, ...rest })),
  )

const trace: fc.Arbitrary<Trace> = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 90, 151_936, 2 ** 31 - 1))
  .chain(([count, largestId]) =>
    fc
      .record({
        ids: integers(count, largestId).map((ids) => Uint32Array.from(ids)),
        textLengths: integers(count, 65_535).map((lengths) => Uint16Array.from(lengths)),
        rolloutLogprobs: column(count),
        entropies: column(count),
        policyLogprobs: fc.option(column(count), { nil: undefined }),
        referenceLogprobs: fc.option(column(count), { nil: undefined }),
        flags: integers(count, 255).map((flags) => Uint8Array.from(flags)),
        alternatives: fc.option(alternatives(count, largestId), { nil: undefined }),
      })
      .map(({ policyLogprobs, referenceLogprobs, alternatives, ...rest }) => ({
        ...rest,
        ...(policyLogprobs ? { policyLogprobs } : {}),
        ...(referenceLogprobs ? { referenceLogprobs } : {}),
        ...(alternatives ? { alternatives } : {}),
      })),
  )

test('a stored trace comes back byte for byte', () => {
  fc.assert(
    fc.property(trace, (sample) => {
      const packed = packTrace(sample)
      expect(unpackColumns(packColumns(packed))).toEqual(packed)
      expect(packTrace(unpackTrace(packed))).toEqual(packed)
    }),
  )
})

/** A response of a large-vocabulary model: mostly certain tokens, a fifth uncertain ones, all five columns present. */
function longTrace(count: number): Trace {
  const uniform = seededUniform(7)
  const entropies = Float32Array.from({ length: count }, () =>
    uniform() < 0.2 ? uniform() * 2.5 : uniform() ** 4 * 0.2,
  )
  const rolloutLogprobs = entropies.map((entropy) => -entropy * (0.1 + uniform() * 1.4))
  return {
    ids: Uint32Array.from({ length: count }, () => Math.floor(uniform() ** 3 * 151_936)),
    textLengths: Uint16Array.from({ length: count }, () => 1 + Math.floor(uniform() * 7)),
    rolloutLogprobs,
    entropies,
    policyLogprobs: rolloutLogprobs.map((value) => value * (1 + (uniform() - 0.5) * 0.1)),
    referenceLogprobs: rolloutLogprobs.map((value) => value * (1 + (uniform() - 0.5) * 0.5)),
    flags: Uint8Array.from(entropies, (entropy) => Number(entropy > 0.3)),
  }
}

test('a token of a long response takes at most 10 bytes, with every column', () => {
  const count = 4000
  const bytes = packColumns(packTrace(longTrace(count))).length / count
  expect(bytes).toBeLessThanOrEqual(10)
})

test('a token takes at most 10 bytes on disk, row and page overhead and every column counted', () => {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  writeSampleRun(db, { steps: 20, prompts: 8 })
  const { bytes } = db.prepare("SELECT sum(pgsize) AS bytes FROM dbstat WHERE name = 'traces'").get() as {
    bytes: number
  }
  const { tokens } = db.prepare('SELECT sum(tokens) AS tokens FROM rollouts').get() as { tokens: number }
  expect(tokens).toBeGreaterThan(10_000)
  expect(bytes / tokens).toBeLessThanOrEqual(10)
})
