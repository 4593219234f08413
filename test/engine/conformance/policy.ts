/** A small language model on an executor: statistics, training steps and generation of the reference implementation. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPolicy, type LocalPolicy } from '../../../src-main/model/create-policy.ts'
import type { GeneratedRow, GenerateRequest, TokenRows } from '../../../src-main/model/policy.ts'
import { expectClose } from '../../helpers/close.ts'
import type { MakeExecutor } from './entry.ts'

const folder = join(import.meta.dirname, '../../fixtures/models/qwen2-tied')
const readJson = async (file: string) => JSON.parse(await readFile(join(folder, file), 'utf8'))
const adamw = { learningRate: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.1, maxGradNorm: 1 } as const
const sampling: GenerateRequest = {
  prompts: [
    [5, 9, 200, 17, 4],
    [300, 2],
    [7, 8, 9, 10, 11, 12],
  ].map((ids) => Int32Array.from(ids)),
  temperature: 0.8,
  topP: 0.9,
  topK: 40,
  maxTokens: 12,
  stop: [],
  seed: 11,
  step: 3,
}

/** A model's work on any executor, against transformers' numbers in the fixture. */
export function policyConformance(name: string, make: MakeExecutor): void {
  describe(`${name}: a policy`, () => {
    let policy: LocalPolicy
    let golden: Awaited<ReturnType<typeof readJson>>
    let rows: TokenRows
    beforeAll(async () => {
      golden = await readJson('golden.json')
      policy = await createPolicy({ folder, executor: await make() })
      const ids: readonly number[][] = golden.ids
      rows = {
        tokens: Int32Array.from(ids.flat()),
        promptLengths: new Int32Array(ids.length).fill(1),
        responseLengths: Int32Array.from(ids, ({ length }) => length - 1),
      }
    })
    afterAll(() => policy.dispose())

    test('scores tokens as the reference does', async () => {
      const { logprobs, entropies } = await policy.score(rows, 0.7, 'policy')
      expectClose('log-probabilities', logprobs, golden['logprob_t0.7'].flat(), 2e-5)
      expectClose('entropies', entropies, golden['entropy_t0.7'].flat(), 2e-5)
    })

    test('continues greedily as the reference does', async () => {
      const prompts = [Int32Array.from(golden.ids[0].slice(0, 8))]
      const maxTokens = golden.greedy_from_first8_of_row0.length
      const generation = await policy.generate({ ...sampling, prompts, maxTokens, greedy: true })
      expect([...generation.rows.tokens.slice(8)]).toEqual(golden.greedy_from_first8_of_row0)
    })

    test('samples the same twice, with the statistics that scoring finds', async () => {
      const generation = await policy.generate(sampling)
      expect((await policy.generate(sampling)).rows).toEqual(generation.rows)
      const scored = await policy.score(generation.rows, sampling.temperature, 'policy')
      expectClose('log-probabilities', generation.logprobs, [...scored.logprobs], 2e-5)
      expectClose('entropies', generation.entropies, [...scored.entropies], 2e-5)
    })

    test('tells the likeliest tokens: the drawn one among them by its own number, and as scoring finds them', async () => {
      const told: GeneratedRow[] = []
      const generation = await policy.generate({ ...sampling, alternatives: 4 }, (row) => told.push(row))
      expect(generation.rows).toEqual((await policy.generate(sampling)).rows)
      const inOrder = told.toSorted((a, b) => a.index - b.index)
      const logprobs = inOrder.flatMap(({ alternatives }) => [...alternatives!.logprobs])
      const ids = inOrder.flatMap(({ alternatives }) => [...alternatives!.ids])
      const scored = await policy.score(generation.rows, sampling.temperature, 'policy', 4)
      expectClose('likeliest', logprobs, [...scored.alternatives!.logprobs], 2e-5)
      expect(ids).toEqual([...scored.alternatives!.ids])
      const drawn = inOrder.flatMap(({ tokens }) => [...tokens])
      const places = drawn.map((id, token) => ids.slice(4 * token, 4 * token + 4).indexOf(id))
      const listed = places.flatMap((place, token) => (place < 0 ? [] : [{ token, at: 4 * token + place }]))
      expect(listed.length).toBeGreaterThan(0)
      expectClose(
        'the drawn ones',
        listed.map(({ at }) => logprobs[at]!),
        listed.map(({ token }) => scored.logprobs[token]!),
        2e-5,
      )
      expect(logprobs.every((value, place) => place % 4 === 0 || value <= logprobs[place - 1]!)).toBe(true)
    })

    // Last, because it changes the weights.
    test('takes the reference steps: losses, gradient norms', async () => {
      const { steps } = await readJson('adamw.json')
      const advantages: readonly number[] = golden.advantage.flat()
      const count = advantages.length
      const dLogprobs = Float32Array.from(advantages, (advantage) => -advantage / count)
      for (const step of steps) {
        const { logprobs, entropies } = await policy.forward(rows, 1)
        const loss = logprobs.reduce((sum, lp, i) => sum + dLogprobs[i]! * lp - (0.01 / count) * entropies[i]!, 0)
        expect(Math.abs(loss / step.loss - 1), 'loss').toBeLessThan(1e-4)
        await policy.backward(dLogprobs, new Float32Array(count).fill(-0.01 / count))
        const { gradNorm } = await policy.optimizerStep(adamw)
        expect(Math.abs(gradNorm / step.grad_norm_before_clip - 1), 'gradient norm').toBeLessThan(1e-5)
      }
    })
  })
}
