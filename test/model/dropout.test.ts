import { expect, onTestFinished, test } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { input, program } from '../../src-main/engine/graph.ts'
import { createPolicy, type PolicyOptions } from '../../src-main/model/create-policy.ts'
import { createDropoutState, dropoutInputs, dropoutOf } from '../../src-main/model/dropout.ts'
import { describeModel } from '../../src-main/model/model-source.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'

const folder = 'test/fixtures/models/qwen2-tied'
const lora = (lora_dropout: number) => ({
  r: 8,
  lora_alpha: 64,
  use_rslora: false,
  lora_dropout,
  target_modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
})
const adamw = { learningRate: 1e-2, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 } as const
const row = (...tokens: number[]): TokenRows => ({
  tokens: Int32Array.from(tokens),
  promptLengths: Int32Array.of(2),
  responseLengths: Int32Array.of(tokens.length - 2),
})
const first = row(5, 9, 200, 17, 4, 300, 2, 7)
const second = row(8, 100, 3, 3, 250)
const both: TokenRows = {
  tokens: Int32Array.of(...first.tokens, ...second.tokens),
  promptLengths: Int32Array.of(2, 2),
  responseLengths: Int32Array.of(6, 3),
}

/** A policy whose adapter has taken one step, so that it shows. */
async function trained(options: Partial<PolicyOptions> = {}) {
  const policy = await createPolicy({ folder, lora: lora(0.3), seed: 1, threads: 1, ...options })
  onTestFinished(() => policy.dispose())
  await policy.forward(first, 1)
  await policy.backward(new Float32Array(6).fill(1), undefined)
  await policy.optimizerStep(adamw)
  return policy
}

test('training hides, the same for the same counters; scoring and generation do not', async () => {
  const policy = await trained()
  const seen = await policy.score(first, 1, 'policy')
  const hidden = await policy.forward(first, 1)
  expect(hidden.logprobs).not.toEqual(seen.logprobs)
  expect(await policy.forward(first, 1)).toEqual(hidden)
  expect(await (await trained()).forward(first, 1)).toEqual(hidden)
  expect(await (await trained({ seed: 2 })).score(first, 1, 'policy')).not.toEqual(seen)
  const request = { temperature: 1, topP: 1, topK: 0, maxTokens: 8, stop: [], seed: 1, step: 0 }
  const { rows, logprobs } = await policy.generate({ ...request, prompts: [Int32Array.of(5, 9)] })
  const scored = await policy.score(rows, 1, 'policy')
  for (const [token, logprob] of logprobs.entries()) expect(scored.logprobs[token]).toBeCloseTo(logprob, 4)
})

test('a row is hidden the same whatever it is trained with, and however its gradient is computed', async () => {
  const gradients = await Promise.all(
    (['off', 'on'] as const).map(async (gradientCheckpointing) => {
      const policy = await trained({ gradientCheckpointing })
      const together = await policy.forward(both, 1)
      await policy.backward(new Float32Array(9).fill(1), undefined)
      const sum = policy.readGradients()
      await policy.clearGradients()
      const apart = [await policy.forward(first, 1)]
      await policy.backward(new Float32Array(6).fill(1), undefined)
      apart.push(await policy.forward(second, 1))
      await policy.backward(new Float32Array(3).fill(1), undefined)
      const joined = apart.flatMap(({ logprobs }) => [...logprobs])
      for (const [token, logprob] of joined.entries()) expect(together.logprobs[token]).toBeCloseTo(logprob, 5)
      return [sum, policy.readGradients()]
    }),
  )
  const [reference, ...others] = gradients.flat()
  for (const [name, { data }] of reference!)
    for (const other of others)
      for (const [place, value] of other.get(name)!.data.entries()) expect(value, name).toBeCloseTo(data[place]!, 4)
})

test('the gradient is that of the hidden network', async () => {
  const executor = createOrtExecutor({ threads: 1 })
  const policy = await trained({ executor })
  const loss = async () => (await policy.forward(first, 1)).logprobs.reduce((sum, logprob) => sum + logprob, 0)
  await loss()
  await policy.backward(new Float32Array(6).fill(1), undefined)
  const name = 'model.layers.1.mlp.down_proj.lora_B.weight'
  const slope = policy.readGradients().get(name)!.data
  const steepest = slope.reduce((most, value, place) => (Math.abs(value) > Math.abs(slope[most]!) ? place : most), 0)
  const weights = executor.readState(`policy/${name}`).data as Float32Array
  const moved = async (by: number) => {
    executor.writeState(
      `policy/${name}`,
      weights.map((value, place) => (place === steepest ? value + by : value)),
    )
    return loss()
  }
  expect((await moved(0.02)) - (await moved(-0.02))).toBeCloseTo(0.04 * slope[steepest]!, 3)
})

test('keys differ between updates, layers, positions and rows', async () => {
  const { config } = await describeModel({ folder, lora: lora(0.3) })
  const keys = (rows: TokenRows, step: number) => Object.values(dropoutInputs(config, rows, { seed: 1, step }))
  const [layer0, layer1] = keys(both, 0)
  expect(layer0!.shape).toEqual([both.tokens.length - 2, 3])
  expect(layer0!.data).not.toEqual(layer1!.data)
  expect(keys(both, 1)[0]!.data).not.toEqual(layer0!.data)
  const pairs = Array.from({ length: 11 }, (_, token) => String(layer0!.data.slice(token * 3, token * 3 + 2)))
  expect(new Set(pairs).size).toBe(11)
  expect(dropoutInputs((await describeModel({ folder, lora: lora(0) })).config, both, { seed: 1, step: 0 })).toEqual({})
})

test('the hidden share is the rate, in every row and column', async () => {
  const { config } = await describeModel({ folder, lora: lora(0.3) })
  const executor = createOrtExecutor({ threads: 1 })
  onTestFinished(() => executor.dispose())
  createDropoutState(executor, config)
  const hide = dropoutOf(config)!
  const shown = hide(input('ones', ['rows', 112]), 'model.layers.1.mlp.down_proj')
  const compiled = await executor.compile(program('hidden', { shown }))
  const rows = row(...Array.from({ length: 401 }, (_, token) => (token * 37) % 500))
  const ones = { shape: [400, 112], data: new Float32Array(400 * 112).fill(1) }
  const run = await compiled.run({ ones, ...dropoutInputs(config, rows, { seed: 1, step: 0 }) })
  const data = run.shown!.data as Float32Array
  const share = (places: readonly number[]) => places.filter((place) => data[place] === 0).length / places.length
  const range = (length: number) => Array.from({ length }, (_, index) => index)
  expect(Math.abs(share(range(data.length)) - 0.3)).toBeLessThan(0.02)
  expect(data.reduce((sum, value) => sum + value, 0) / data.length).toBeCloseTo(1, 1)
  for (const r of range(400)) expect(Math.abs(share(range(112).map((c) => r * 112 + c)) - 0.3)).toBeLessThan(0.25)
  for (const c of range(112)) expect(Math.abs(share(range(400).map((r) => r * 112 + c)) - 0.3)).toBeLessThan(0.13)
})
