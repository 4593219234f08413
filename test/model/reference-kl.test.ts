/** The KL to the reference over the whole vocabulary: its value against the logits of both, its gradient by a small step. */
import { expect, onTestFinished, test } from 'vitest'
import { createPolicy, type LocalPolicy, type PolicyOptions } from '../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'

const base = 'test/fixtures/models/qwen2-tied'
const temperature = 0.8
const rows: TokenRows = {
  tokens: Int32Array.from({ length: 40 }, (_, index) => (index * 37) % 500),
  promptLengths: Int32Array.of(3, 1, 5),
  responseLengths: Int32Array.of(9, 12, 10),
}
const count = 31
const cotangents = Float32Array.from({ length: count }, (_, token) => ((token % 5) - 1.5) / count)
const adamw = { learningRate: 2e-2, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 } as const
/** With an eps far above any gradient the step is the gradient's: plain descent at this rate. */
const descent = (rate: number) =>
  ({
    learningRate: rate * 1e4,
    betas: [0, 0],
    eps: 1e4,
    weightDecay: 0,
    maxGradNorm: Number.POSITIVE_INFINITY,
  }) as const

async function opened(options: PolicyOptions): Promise<LocalPolicy> {
  const policy = await createPolicy({ threads: 1, ...options })
  onTestFinished(() => policy.dispose())
  return policy
}

/** A policy that has left its reference by one update. */
async function moved(options: PolicyOptions): Promise<LocalPolicy> {
  const policy = await opened(options)
  await policy.snapshotReference()
  await policy.forward(rows, temperature)
  await policy.backward(cotangents)
  await policy.optimizerStep(adamw)
  return policy
}

/** Log-softmax rows of the logits that predict the response tokens. */
async function logRows(policy: LocalPolicy): Promise<number[][]> {
  const { logits } = await policy.logits(rows)
  const width = logits.length / rows.tokens.length
  let start = 0
  return [...rows.promptLengths].flatMap((prompt, row) => {
    const first = start + prompt - 1
    start += prompt + rows.responseLengths[row]!
    return Array.from({ length: rows.responseLengths[row]! }, (_, token) => {
      const z = Array.from(
        logits.subarray((first + token) * width, (first + token + 1) * width),
        (x) => x / temperature,
      )
      const total = Math.log(z.reduce((sum, logit) => sum + Math.exp(logit), 0))
      return z.map((logit) => logit - total)
    })
  })
}

const lora = { r: 4, lora_alpha: 8, use_rslora: false, lora_dropout: 0, target_modules: ['q_proj', 'down_proj'] }
const policies: [string, PolicyOptions][] = [
  ['a full model', { folder: base }],
  ['a full model, layer by layer', { folder: base, gradientCheckpointing: 'on' }],
  ['an adapter', { folder: base, lora, seed: 3 }],
]

test.each(policies)('%s: Σ p (log p − log q) of the logits of policy and reference', async (_, options) => {
  const policy = await moved(options)
  const reference = await logRows(await opened({ folder: base }))
  const expected = (await logRows(policy)).map((logs, token) =>
    logs.reduce((sum, log, place) => sum + Math.exp(log) * (log - reference[token]![place]!), 0),
  )
  const scored = await policy.score(rows, temperature, 'policy', 0, true)
  const trained = await policy.forward(rows, temperature, true)
  expect(Math.max(...expected)).toBeGreaterThan(1e-3)
  for (const { referenceKls } of [scored, trained])
    expected.forEach((kl, token) => {
      expect(Math.abs(referenceKls![token]! - kl), `token ${token}`).toBeLessThan(2e-5)
    })
  expect((await policy.score(rows, temperature, 'policy')).referenceKls).toBeUndefined()
})

test.each(policies)('%s: a step along the gradient changes the KL by the gradient’s square', async (_, options) => {
  const policy = await moved(options)
  const total = async () => {
    const { referenceKls } = await policy.score(rows, temperature, 'policy', 0, true)
    return referenceKls!.reduce((sum, kl, token) => sum + (cotangents[token]! + 0.1) * kl, 0)
  }
  const before = await total()
  await policy.forward(rows, temperature, true)
  await policy.backward(
    new Float32Array(count),
    undefined,
    cotangents.map((value) => value + 0.1),
  )
  const square = [...policy.readGradients().values()].reduce((sum, { data }) => sum + Math.hypot(...data) ** 2, 0)
  const rate = (0.01 * before) / square
  await policy.optimizerStep(descent(rate))
  expect((before - (await total())) / (rate * square)).toBeCloseTo(1, 1)
})

test('a policy at its reference has no KL; without a reference, or a forward pass that was asked, it is refused', async () => {
  const policy = await opened({ folder: base })
  await expect(policy.forward(rows, temperature, true)).rejects.toThrow('snapshotReference')
  await policy.snapshotReference()
  const { referenceKls } = await policy.forward(rows, temperature, true)
  expect(Math.max(...referenceKls!.map(Math.abs))).toBeLessThan(1e-6)
  await policy.forward(rows, temperature)
  await expect(policy.backward(cotangents, undefined, cotangents)).rejects.toThrow('was not asked for')
})
