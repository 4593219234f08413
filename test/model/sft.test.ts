import { expect, onTestFinished, test } from 'vitest'
import { createPolicy } from '../../src-main/model/create-policy.ts'
import type { TokenRow } from '../../src-main/model/rows.ts'
import {
  type SupervisedOptions,
  type SupervisedStep,
  supervisedRate,
  trainSupervised,
} from '../../src-main/model/sft.ts'

const options: SupervisedOptions = {
  seed: 1,
  steps: 6,
  batchSize: 4,
  microBatchTokens: 4096,
  learningRate: 3e-3,
  warmupSteps: 2,
  schedule: 'cosine',
  finalRateRatio: 0.1,
  optimizer: { betas: [0.9, 0.98], eps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 },
}

const examples: TokenRow[] = [3, 9, 1, 6, 4].map((length, index) => ({
  promptIds: Int32Array.of(20 + index, 21),
  ids: Int32Array.from({ length }, (_, position) => (position + 1 === length ? 478 : 30 + position)),
}))

async function trained(changes: Partial<SupervisedOptions>): Promise<SupervisedStep[]> {
  const policy = await createPolicy({ folder: 'test/fixtures/models/qwen2-tied', threads: 1 })
  onTestFinished(() => policy.dispose())
  const steps: SupervisedStep[] = []
  await trainSupervised(policy, examples, { ...options, ...changes }, (step) => steps.push(step))
  return steps
}

test('the loss falls, from that of a guess', async () => {
  const steps = await trained({ steps: 30, learningRate: 1e-2 })
  expect(steps[0]!.loss).toBeGreaterThan(4)
  expect(steps.at(-1)!.loss).toBeLessThan(1)
})

test('the same options give the same numbers, micro-batches change nothing but rounding, the seed changes the order', async () => {
  const whole = await trained({})
  expect(await trained({})).toEqual(whole)
  const losses = (steps: readonly SupervisedStep[]) => steps.map(({ loss }) => loss)
  const cut = losses(await trained({ microBatchTokens: 8 }))
  losses(whole).forEach((loss, index) => {
    expect(cut[index]).toBeCloseTo(loss, 3)
  })
  expect(losses(await trained({ seed: 2 }))).not.toEqual(losses(whole))
})

test('the rate rises, then falls to its final ratio', () => {
  const rates = (schedule: 'cosine' | 'linear') =>
    [1, 2, 4, 6].map((step) => supervisedRate({ ...options, learningRate: 1, schedule }, step))
  for (const [index, rate] of [0.5, 1, 0.55, 0.1].entries()) {
    expect(rates('cosine')[index]).toBeCloseTo(rate, 12)
    expect(rates('linear')[index]).toBeCloseTo(rate, 12)
  }
})

test('no examples get a sentence', async () => {
  const policy = await createPolicy({ folder: 'test/fixtures/models/qwen2-tied', threads: 1 })
  onTestFinished(() => policy.dispose())
  await expect(trainSupervised(policy, [], options)).rejects.toThrow(/got no examples/)
})
