/** A policy whose activations are bfloat16, beside the reference implementation's numbers. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../../../src-main/engine/executor.ts'
import { fromBfloat16, toBfloat16 } from '../../../src-main/engine/executors/cuda/bfloat16.ts'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy, type LocalPolicy } from '../../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../../src-main/model/policy.ts'
import { EmulatingDriver } from '../../helpers/cuda-driver/emulating.ts'
import { emulationMissing } from '../../helpers/cuda-emulator/compile.ts'

const folder = join(import.meta.dirname, '../../fixtures/models/qwen2-tied')
const missing = emulationMissing()

test('numbers are rounded to the nearest, ties to even', () => {
  const round = (...values: number[]) => [...fromBfloat16(toBfloat16(Float32Array.from(values)))]
  expect(round(1, -2.5, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -16)).toEqual([
    ...[1, -2.5, 1, 1 + 2 ** -6, 1 + 2 ** -7],
  ])
  expect(round(Number.POSITIVE_INFINITY, 3.4e38, Number.NaN)).toEqual([Infinity, Infinity, NaN])
})

describe.skipIf(missing !== undefined)(`bfloat16, emulated${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let policy: LocalPolicy
  let executor: Executor
  let golden: Record<string, number[][]>
  let rows: TokenRows
  beforeAll(async () => {
    golden = JSON.parse(await readFile(join(folder, 'golden.json'), 'utf8'))
    executor = createCudaExecutor(new EmulatingDriver(), { precision: 'bfloat16' })
    policy = await createPolicy({ folder, executor })
    const ids = golden.ids!
    rows = {
      tokens: Int32Array.from(ids.flat()),
      promptLengths: new Int32Array(ids.length).fill(1),
      responseLengths: Int32Array.from(ids, ({ length }) => length - 1),
    }
  })
  afterAll(() => policy.dispose())

  const largest = (got: Float32Array, expected: readonly number[]) =>
    Math.max(...expected.map((each, place) => Math.abs(each - got[place]!)))

  test('log-probabilities and entropies within 3e-2, and not those of float32', async () => {
    const { logprobs, entropies } = await policy.score(rows, 0.7, 'policy')
    const errors = [
      largest(logprobs, golden['logprob_t0.7']!.flat()),
      largest(entropies, golden['entropy_t0.7']!.flat()),
    ]
    for (const error of errors) expect(error).toBeLessThan(3e-2)
    expect(errors[0]).toBeGreaterThan(1e-5)
  }, 120_000)

  test('a training step has the gradient of float32 to a few percent, and moves the float32 weights', async () => {
    const { steps } = JSON.parse(await readFile(join(folder, 'adamw.json'), 'utf8'))
    const advantages = golden.advantage!.flat()
    const count = advantages.length
    const weight = () => executor.readState('policy/model.norm.weight').data as Float32Array
    const before = weight()
    await policy.forward(rows, 1)
    await policy.backward(
      Float32Array.from(advantages, (advantage) => -advantage / count),
      new Float32Array(count).fill(-0.01 / count),
    )
    const { gradNorm } = await policy.optimizerStep({
      ...{ learningRate: 1e-5, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 },
    })
    expect(Math.abs(gradNorm / steps[0].grad_norm_before_clip - 1)).toBeLessThan(3e-2)
    // A step far below bfloat16's grain still counts.
    const moved = weight().map((each, place) => Math.abs(each - before[place]!))
    expect(Math.max(...moved)).toBeGreaterThan(5e-6)
    expect(Math.max(...moved)).toBeLessThan(2e-5)
  }, 120_000)

  test('generation draws tokens whose statistics scoring finds', async () => {
    const generation = await policy.generate({
      prompts: [Int32Array.of(5, 9, 200, 17, 4), Int32Array.of(300, 2)],
      ...{ temperature: 0.8, topP: 1, topK: 0, maxTokens: 6, stop: [], seed: 11, step: 3 },
    })
    const scored = await policy.score(generation.rows, 0.8, 'policy')
    expect(largest(generation.logprobs, [...scored.logprobs])).toBeLessThan(5e-2)
  }, 120_000)
})
