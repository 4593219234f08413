/** Numbers of Hugging Face transformers on the same weights; see test/fixtures/models and its golden.json files. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../../src-main/engine/executor.ts'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { readModelConfig } from '../../src-main/model/config.ts'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'
import { readSafetensors } from '../../src-main/model/safetensors.ts'
import { decodeElements, encodeElements } from '../../src-main/model/safetensors-dtype.ts'

const fixtures = join(import.meta.dirname, '../fixtures/models')
const readJson = async (path: string) => JSON.parse(await readFile(join(fixtures, path), 'utf8'))

const normOf = (x: Float32Array): number => Math.hypot(...x)

/** Largest error relative to the expected numbers' own size. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(
    ...expected.map((value, i) => Math.abs(actual[i]! - value) / Math.max(Math.abs(value), 1e-2 * scale, 1e-9)),
  )
}

const rowsOf = (ids: readonly (readonly number[])[]): TokenRows => ({
  tokens: Int32Array.from(ids.flat()),
  promptLengths: new Int32Array(ids.length).fill(1),
  responseLengths: Int32Array.from(ids, ({ length }) => length - 1),
})

/**
 * The references of the half-precision folders were built in that precision, which rounds their rotary frequencies
 * (1e-5 in the log-probabilities): the comparison rounds ours the same way.
 */
function roundRotaryFrequencies(executor: Executor, frequencies: Float64Array, dtype: 'BF16' | 'F16'): void {
  const [positions, half] = executor.readState('rope/cos').shape as [number, number]
  const rounded = decodeElements(Uint8Array.from(encodeElements(Float32Array.from(frequencies), dtype)), dtype)
  const angles = Array.from({ length: positions * half }, (_, i) => Math.floor(i / half) * rounded[i % half]!)
  executor.writeState('rope/cos', Float32Array.from(angles, Math.cos))
  executor.writeState('rope/sin', Float32Array.from(angles, Math.sin))
}

/** Where a greedy token differs from the reference's, the two must be a near-tie; what follows has another prefix. */
async function expectSameChoices(policy: LocalPolicy, prompt: Int32Array, actual: Int32Array, expected: number[]) {
  const differs = expected.findIndex((token, index) => token !== actual[index])
  if (differs < 0) return
  const { logits } = await policy.logits(rowsOf([[...prompt, ...expected.slice(0, differs)]]))
  const last = logits.slice(-logits.length / (prompt.length + differs))
  expect(Math.abs(last[expected[differs]!]! - last[actual[differs]!]!), `token ${differs}`).toBeLessThan(1e-3)
}

const families = ['qwen2-tied', 'qwen2-untied-bf16-sharded', 'qwen3', 'llama3-rope-scaling-f16', 'mistral']

describe.each(families)('%s', (family) => {
  let policy: LocalPolicy
  let golden: Awaited<ReturnType<typeof readJson>>
  let rows: TokenRows

  beforeAll(async () => {
    golden = await readJson(`${family}/golden.json`)
    const executor = createOrtExecutor({ threads: 2 })
    policy = await createPolicy({ folder: join(fixtures, family), executor })
    const { ropeFrequencies } = await readModelConfig(join(fixtures, family))
    if (family.includes('bf16')) roundRotaryFrequencies(executor, ropeFrequencies, 'BF16')
    if (family.includes('f16') && !family.includes('bf16')) roundRotaryFrequencies(executor, ropeFrequencies, 'F16')
    rows = rowsOf(golden.ids)
  })
  afterAll(() => policy.dispose())

  test.each(['1.0', '0.7'])('log-probabilities and entropies at temperature %s', async (temperature) => {
    const { logprobs, entropies } = await policy.score(rows, Number(temperature), 'policy')
    expect(relativeError(logprobs, golden[`logprob_t${temperature}`].flat())).toBeLessThan(1e-5)
    expect(relativeError(entropies, golden[`entropy_t${temperature}`].flat())).toBeLessThan(1e-5)
  })

  test('logits', async () => {
    const { logits } = await policy.logits(rows)
    const width = logits.length / rows.tokens.length
    const perRow = logits.length / golden.ids.length
    const norms = golden.ids.map((_: unknown, row: number) => normOf(logits.slice(row * perRow, (row + 1) * perRow)))
    expect(relativeError(norms, golden.logits_norm)).toBeLessThan(1e-5)
    const last = logits.slice(perRow - width, perRow - width + 16)
    expect(relativeError(last, golden.last_logits_row0_first16)).toBeLessThan(1e-4)
  })

  test('gradients of log-probabilities and entropies together', async () => {
    await policy.forward(rows, 1)
    const count = golden.advantage.flat().length
    const dLogprobs = Float32Array.from(golden.advantage.flat(), (advantage: number) => -advantage / count)
    await policy.backward(dLogprobs, new Float32Array(count).fill(-0.01 / count))
    const gradients = policy.readGradients()
    expect([...gradients.keys()].sort()).toEqual(Object.keys(golden.grad_norm).sort())
    for (const [name, { data }] of gradients) {
      expect(Math.abs(normOf(data) / golden.grad_norm[name] - 1), name).toBeLessThan(1e-4)
      expect(relativeError(data.slice(0, 8), golden.grad_first8[name]), name).toBeLessThan(1e-3)
    }
    await policy.clearGradients()
  })

  test('greedy continuation', async () => {
    const request = { temperature: 1, topP: 1, topK: 0, stop: [], seed: 0, step: 0, greedy: true }
    const prompt = Int32Array.from(golden.ids[0].slice(0, 8))
    const maxTokens = golden.greedy_from_first8_of_row0.length
    const { rows } = await policy.generate({ ...request, prompts: [prompt], maxTokens })
    await expectSameChoices(policy, prompt, rows.tokens.slice(8), golden.greedy_from_first8_of_row0)
  })
})

test('three AdamW steps', async () => {
  const golden = await readJson('qwen2-tied/golden.json')
  const adamw = await readJson('qwen2-tied/adamw.json')
  const policy = await createPolicy({ folder: join(fixtures, 'qwen2-tied'), threads: 2 })
  const rows = rowsOf(golden.ids)
  const count = golden.advantage.flat().length
  const dLogprobs = Float32Array.from(golden.advantage.flat(), (advantage: number) => -advantage / count)
  for (const step of adamw.steps) {
    const { logprobs, entropies } = await policy.forward(rows, 1)
    const loss = logprobs.reduce((sum, lp, i) => sum + dLogprobs[i]! * lp - (0.01 / count) * entropies[i]!, 0)
    expect(Math.abs(loss / step.loss - 1)).toBeLessThan(1e-4)
    await policy.backward(dLogprobs, new Float32Array(count).fill(-0.01 / count))
    const options = { learningRate: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.1, maxGradNorm: 1 } as const
    const { gradNorm } = await policy.optimizerStep(options)
    expect(Math.abs(gradNorm / step.grad_norm_before_clip - 1)).toBeLessThan(1e-5)
  }
  const folder = await mkdtemp(join(tmpdir(), 'quiver-policy-'))
  try {
    await policy.save(join(folder, 'saved'))
    const weights = await readSafetensors(join(folder, 'saved', 'model.safetensors'))
    for (const [name, norm] of Object.entries<number>(adamw.weight_norm_after_3)) {
      const { data } = weights.get(name)!
      expect(Math.abs(normOf(data) / norm - 1), name).toBeLessThan(1e-5)
      expect(relativeError(data.slice(0, 8), adamw.weight_first8_after_3[name]), name).toBeLessThan(1e-4)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
    await policy.dispose()
  }
})
