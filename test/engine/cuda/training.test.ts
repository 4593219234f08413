/** Full fine-tuning and adapters on a card, layers kept or computed again, beside the same steps on the CPU. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type CudaOptions, createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy, type LocalPolicy, type PolicyOptions } from '../../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../../src-main/model/policy.ts'
import { expectClose } from '../../helpers/close.ts'
import { EmulatingDriver } from '../../helpers/cuda-driver/emulating.ts'
import { emulationMissing } from '../../helpers/cuda-emulator/compile.ts'

const base = join(import.meta.dirname, '../../fixtures/models/qwen2-tied')
const adapter = join(base, 'lora')
const missing = emulationMissing()
const ids: number[][] = JSON.parse(await readFile(join(base, 'golden.json'), 'utf8')).ids
const rowsOf = (texts: readonly (readonly number[])[]): TokenRows => ({
  tokens: Int32Array.from(texts.flat()),
  promptLengths: new Int32Array(texts.length).fill(1),
  responseLengths: Int32Array.from(texts, ({ length }) => length - 1),
})

interface Trained {
  readonly logprobs: readonly Float32Array[]
  readonly gradNorms: readonly number[]
  /** After the first backward pass. */
  readonly gradients: ReadonlyMap<string, { readonly data: Float32Array }>
  readonly losses: readonly number[]
}

/** Steps towards the rows' own tokens, with a little entropy. */
async function train(policy: LocalPolicy, rows: TokenRows, steps: number, learningRate = 1e-2): Promise<Trained> {
  const trained = { logprobs: [] as Float32Array[], gradNorms: [] as number[], losses: [] as number[] }
  let gradients: Trained['gradients'] = new Map()
  for (let step = 0; step < steps; step++) {
    const { logprobs } = await policy.forward(rows, 1)
    const count = logprobs.length
    await policy.backward(new Float32Array(count).fill(-1 / count), new Float32Array(count).fill(-0.01 / count))
    if (step === 0) gradients = policy.readGradients()
    const options = { learningRate, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 } as const
    const { gradNorm } = await policy.optimizerStep(options)
    trained.logprobs.push(logprobs)
    trained.gradNorms.push(gradNorm)
    trained.losses.push(-logprobs.reduce((sum, lp) => sum + lp, 0) / count)
  }
  return { ...trained, gradients }
}

async function opened(options: PolicyOptions): Promise<LocalPolicy> {
  const policy = await createPolicy({ threads: 1, ...options })
  onTestFinished(() => policy.dispose())
  return policy
}

async function onCard(options: Omit<PolicyOptions, 'executor'>, precision: CudaOptions['precision'] = 'float32') {
  const executor = createCudaExecutor(new EmulatingDriver(), { precision })
  return { executor, policy: await opened({ ...options, executor }) }
}

const largest = (got: Float32Array, expected: Float32Array) =>
  got.reduce((most, each, place) => Math.max(most, Math.abs(each - expected[place]!)), 0)

const kinds = [
  ['full fine-tuning', base],
  ['an adapter', adapter],
] as const
const cases = kinds.flatMap(([kind, folder]) => (['off', 'on'] as const).map((mode) => [kind, mode, folder] as const))

describe.skipIf(missing)(`training on a card, emulated${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test.each(cases)(
    '%s in float32 is that of the CPU to 1e-4, recomputation %s',
    async (_, gradientCheckpointing, folder) => {
      const rows = rowsOf(ids)
      const { policy } = await onCard({ folder, gradientCheckpointing })
      const [card, cpu] = [await train(policy, rows, 3), await train(await opened({ folder }), rows, 3)]
      for (const [step, expected] of cpu.logprobs.entries())
        expectClose(`log-probabilities of step ${step}`, card.logprobs[step]!, [...expected], 1e-4)
      expectClose('gradient norms', card.gradNorms, cpu.gradNorms, 1e-4)
      expect([...card.gradients.keys()]).toEqual([...cpu.gradients.keys()])
      for (const [name, { data }] of card.gradients)
        expectClose(`gradient of ${name}`, data, [...cpu.gradients.get(name)!.data], 1e-4)
    },
    120_000,
  )

  test.each(cases)(
    '%s in bfloat16 is that of the CPU to 3e-2, and learns, recomputation %s',
    async (_, gradientCheckpointing, folder) => {
      const rows = rowsOf(ids)
      const { policy } = await onCard({ folder, gradientCheckpointing }, 'bfloat16')
      const [card, cpu] = [await train(policy, rows, 4, 3e-3), await train(await opened({ folder }), rows, 4, 3e-3)]
      expect(largest(card.logprobs[0]!, cpu.logprobs[0]!)).toBeLessThan(3e-2)
      expect(Math.abs(card.gradNorms[0]! / cpu.gradNorms[0]! - 1)).toBeLessThan(3e-2)
      expect(card.losses).toEqual(card.losses.toSorted((a, b) => b - a))
      expectClose('losses', card.losses, cpu.losses, 3e-2)
    },
    120_000,
  )

  test.each(kinds)(
    '%s computes layers again to the same numbers in less memory',
    async (_, folder) => {
      const rows = rowsOf(Array.from({ length: 6 }, () => ids.flat().slice(0, 100)))
      const results = []
      for (const gradientCheckpointing of ['off', 'on'] as const) {
        const { executor, policy } = await onCard({ folder, gradientCheckpointing })
        const before = executor.memory.used
        const trained = await train(policy, rows, 1)
        results.push({ trained, activations: executor.memory.peak - before })
      }
      const [kept, again] = results as [(typeof results)[0], (typeof results)[0]]
      expect(again.trained.logprobs).toEqual(kept.trained.logprobs)
      expectClose('gradient norms', again.trained.gradNorms, kept.trained.gradNorms, 1e-6)
      expect(again.activations).toBeLessThan(kept.activations)
    },
    120_000,
  )
})
