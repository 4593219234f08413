/** Adapters: numbers of PEFT on the same files (test/fixtures/models/qwen2-tied/lora), and what must be equal. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import type { LoraOptions } from '../../src-main/model/adapter.ts'
import { createPolicy, type LocalPolicy, type PolicyOptions } from '../../src-main/model/create-policy.ts'
import { readSafetensors, type TensorSource, writeSafetensors } from '../../src-main/model/safetensors.ts'
import { modelCopy, temporaryFolder } from './model-copy.ts'

const base = 'test/fixtures/models/qwen2-tied'
const adapter = join(base, 'lora')
const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'))
const golden = await readJson(join(base, 'golden.json'))
const ids: number[][] = golden.ids
const rows = {
  tokens: Int32Array.from(ids.flat()),
  promptLengths: new Int32Array(ids.length).fill(1),
  responseLengths: Int32Array.from(ids, ({ length }) => length - 1),
}
const adamw = { learningRate: 1e-2, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 } as const
const settings: LoraOptions = {
  r: 4,
  lora_alpha: 8,
  use_rslora: false,
  lora_dropout: 0,
  target_modules: ['q_proj', 'v_proj', 'down_proj'],
}

async function opened(options: PolicyOptions): Promise<LocalPolicy> {
  const policy = await createPolicy({ threads: 1, ...options })
  onTestFinished(() => policy.dispose())
  return policy
}

const largest = (a: Float32Array, b: ArrayLike<number>): number =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0)

/** Forward and backward of the golden files' loss. */
async function accumulate(policy: LocalPolicy): Promise<number> {
  const { logprobs, entropies } = await policy.forward(rows, 1)
  const advantages: number[] = golden.advantage.flat()
  const count = advantages.length
  const dLogprobs = Float32Array.from(advantages, (advantage) => -advantage / count)
  await policy.backward(dLogprobs, new Float32Array(count).fill(-0.01 / count))
  return logprobs.reduce((sum, lp, i) => sum + dLogprobs[i]! * lp - (0.01 / count) * entropies[i]!, 0)
}

test.each(['off', 'on'] as const)(
  'loss and gradients of an adapter agree with PEFT, recomputation %s',
  async (mode) => {
    const expected = await readJson(join(adapter, 'golden.json'))
    const policy = await opened({ folder: adapter, gradientCheckpointing: mode })
    const { logprobs } = await policy.score(rows, 1, 'policy')
    expect(largest(logprobs, expected['logprob_t1.0'].flat())).toBeLessThan(2e-5)
    expect(Math.abs((await accumulate(policy)) - expected.loss)).toBeLessThan(1e-6)
    const gradients = policy.readGradients()
    const peftName = (name: string): string => `base_model.model.${name.replace(/\.weight$/, '.default.weight')}`
    expect([...gradients.keys()].map(peftName).sort()).toEqual(Object.keys(expected.grad_norm).sort())
    for (const [name, { data }] of gradients)
      expect(Math.abs(Math.hypot(...data) / expected.grad_norm[peftName(name)] - 1), name).toBeLessThan(1e-4)
  },
)

test('the reference is the base with the adapter off: no second copy, and state for the adapter alone', async () => {
  const executor = createOrtExecutor({ threads: 1 })
  const created = vi.spyOn(executor, 'createState')
  const policy = await opened({ folder: adapter, executor })
  await policy.snapshotReference()
  const plain = await opened({ folder: base })
  const expected = await plain.score(rows, 1, 'policy')
  expect(await policy.score(rows, 1, 'reference')).toEqual(expected)
  await accumulate(policy)
  await policy.optimizerStep(adamw)
  expect(await policy.score(rows, 1, 'reference')).toEqual(expected)
  expect(largest((await policy.score(rows, 1, 'policy')).logprobs, expected.logprobs)).toBeGreaterThan(1e-3)
  const names = [...new Set(created.mock.calls.map(([name]) => name))]
  const count = (group: string, ofAdapter: boolean) =>
    names.filter((name) => name.startsWith(`${group}/`) && name.includes('.lora_') === ofAdapter).length
  const weights = [...(await readSafetensors(join(base, 'model.safetensors'))).keys()].length
  expect(['policy', 'reference', 'gradient', 'exp_avg', 'exp_avg_sq'].map((group) => count(group, false))).toEqual([
    weights,
    0,
    0,
    0,
    0,
  ])
  expect(['policy', 'reference', 'gradient', 'exp_avg', 'exp_avg_sq'].map((group) => count(group, true))).toEqual([
    28, 0, 28, 28, 28,
  ])
})

test('full fine-tuning has a second copy only once a reference is asked for', async () => {
  const executor = createOrtExecutor({ threads: 1 })
  const policy = await opened({ folder: base, executor })
  expect(executor.hasState('reference/model.norm.weight')).toBe(false)
  await expect(policy.score(rows, 1, 'reference')).rejects.toThrow(/no reference yet/)
  await policy.snapshotReference()
  expect(executor.hasState('reference/model.norm.weight')).toBe(true)
})

test('a new adapter changes nothing, learns, and draws the same weights from the same seed', async () => {
  const policy = await opened({ folder: base, lora: settings, seed: 3 })
  const before = await policy.score(rows, 1, 'policy')
  expect(before).toEqual(await (await opened({ folder: base })).score(rows, 1, 'policy'))
  const losses: number[] = []
  for (let step = 0; step < 5; step++) {
    losses.push(await accumulate(policy))
    await policy.optimizerStep(adamw)
  }
  expect(losses[4]).toBeLessThan(losses[0]! - 1e-3)
  const twin = await opened({ folder: base, lora: settings, seed: 3 })
  await accumulate(twin)
  const other = await opened({ folder: base, lora: settings, seed: 4 })
  await accumulate(other)
  const slope = (from: LocalPolicy) => from.readGradients().get('model.layers.0.mlp.down_proj.lora_B.weight')!.data
  await accumulate(await opened({ folder: base, lora: settings, seed: 3 }))
  expect(slope(twin)).not.toEqual(slope(other))
})

test('rank-stabilised scaling is alpha over the root of r', async () => {
  const config = await readJson(join(adapter, 'adapter_config.json'))
  const folder = await adapterCopy({ lora_alpha: 16 / Math.sqrt(8), use_rslora: true })
  const policy = await opened({ folder, base })
  expect(config.lora_alpha / config.r).toBeCloseTo(16 / Math.sqrt(8) / Math.sqrt(8), 12)
  const expected = await (await opened({ folder: adapter })).score(rows, 1, 'policy')
  expect(largest((await policy.score(rows, 1, 'policy')).logprobs, expected.logprobs)).toBeLessThan(1e-5)
})

/** A copy of the fixture's adapter with keys of its config and tensors replaced. */
async function adapterCopy(
  config: Readonly<Record<string, unknown>>,
  change: (tensors: Map<string, TensorSource>) => unknown = () => {},
): Promise<string> {
  const folder = join(await modelCopy('qwen2-tied', {}), 'lora')
  const path = join(folder, 'adapter_config.json')
  await writeFile(path, JSON.stringify({ ...(await readJson(path)), ...config }))
  const tensors: Map<string, TensorSource> = await readSafetensors(join(folder, 'adapter_model.safetensors'))
  change(tensors)
  await writeSafetensors(join(folder, 'adapter_model.safetensors'), tensors)
  return folder
}

test('a saved adapter is the loaded one: names, bytes, unknown keys, tokenizer', async () => {
  const source = await adapterCopy({ invented_key: { deep: [1] } })
  const policy = await opened({ folder: source })
  const folder = join(await temporaryFolder(), 'saved')
  await policy.save(folder)
  const [saved, original] = [
    await readSafetensors(join(folder, 'adapter_model.safetensors')),
    await readSafetensors(join(source, 'adapter_model.safetensors')),
  ]
  expect([...saved.keys()].sort()).toEqual([...original.keys()].sort())
  for (const [name, tensor] of original) expect(saved.get(name), name).toEqual(tensor)
  const config = await readJson(join(folder, 'adapter_config.json'))
  const { base_model_name_or_path: placed, ...rest } = config
  const { base_model_name_or_path: _, ...before } = await readJson(join(source, 'adapter_config.json'))
  expect(rest).toEqual(before)
  expect(placed).toBe(join(source, '..'))
  expect(await readFile(join(folder, 'tokenizer.json'))).toEqual(await readFile(join(base, 'tokenizer.json')))
  const again = await opened({ folder })
  expect(await again.score(rows, 1, 'policy')).toEqual(await policy.score(rows, 1, 'policy'))
})

test('an adapter and its optimizer resume exactly', async () => {
  const folder = join(await temporaryFolder(), 'step')
  const trained = await opened({ folder: base, lora: settings, seed: 1 })
  await accumulate(trained)
  await trained.optimizerStep(adamw)
  await trained.save(folder)
  await trained.saveOptimizer(folder)
  const resumed = await opened({ folder: base, lora: settings, seed: 1 })
  await resumed.loadWeights(folder)
  await resumed.loadOptimizer(folder)
  for (const policy of [trained, resumed]) await accumulate(policy)
  expect(await resumed.optimizerStep(adamw)).toEqual(await trained.optimizerStep(adamw))
  expect(await resumed.score(rows, 1, 'policy')).toEqual(await trained.score(rows, 1, 'policy'))
  const whole = await opened({ folder: base })
  await expect(whole.loadOptimizer(folder)).rejects.toThrow(
    /optimizer\.safetensors has no tensor under "exp_avg\.model\.embed_tokens\.weight", expected \[512,48\]/,
  )
})

test('cached decoding follows the adapter as it learns; the frozen base may be built in', async () => {
  const executor = createOrtExecutor({ threads: 1 })
  const compiled = vi.spyOn(executor, 'compile')
  const policy = await opened({ folder: adapter, executor })
  const prompts = [Int32Array.of(5, 9, 200), Int32Array.of(7, 8)]
  const request = { temperature: 1, topP: 1, topK: 0, maxTokens: 12, stop: [], seed: 1, step: 0, prompts }
  for (let step = 0; step < 2; step++) {
    for (const greedy of [false, true]) {
      const { rows: generated, logprobs } = await policy.generate({ ...request, greedy })
      expect(largest((await policy.score(generated, 1, 'policy')).logprobs, logprobs)).toBeLessThan(1e-4)
    }
    await accumulate(policy)
    await policy.optimizerStep(adamw)
  }
  const frozen = new Set(compiled.mock.calls.flatMap(([, options]) => options?.frozen ?? []))
  expect(frozen.size).toBe((await readSafetensors(join(base, 'model.safetensors'))).size)
})

test('per-module ranks and scales are read', async () => {
  const rank = 4
  const half = (tensors: Map<string, TensorSource>) => {
    const name = 'base_model.model.model.layers.1.self_attn.q_proj.lora_'
    const [down, up] = ['A', 'B'].map((letter) => tensors.get(`${name}${letter}.weight`)!.data as Float32Array)
    tensors.set(`${name}A.weight`, { shape: [rank, 48], data: down!.slice(0, rank * 48) })
    const columns = Float32Array.from({ length: 48 * rank }, (_, i) => up![Math.floor(i / rank) * 8 + (i % rank)]!)
    tensors.set(`${name}B.weight`, { shape: [48, rank], data: columns })
  }
  const pattern = { rank_pattern: { 'layers.1.self_attn.q_proj': rank } }
  const policy = await opened({
    folder: await adapterCopy({ ...pattern, alpha_pattern: { 'layers.1.*q_proj': 8 } }, half),
  })
  const zeroed = await adapterCopy({}, (tensors) => {
    const up = tensors.get('base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight')!.data as Float32Array
    for (let i = 0; i < up.length; i++) if (i % 8 >= rank) up[i] = 0
  })
  const expected = await (await opened({ folder: zeroed })).score(rows, 1, 'policy')
  expect(largest((await policy.score(rows, 1, 'policy')).logprobs, expected.logprobs)).toBeLessThan(1e-5)
})

const firstDown = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight'

test.each<[string, Record<string, unknown>, ((tensors: Map<string, TensorSource>) => unknown) | undefined, RegExp]>([
  ['DoRA', { use_dora: true }, undefined, /adapter_config\.json: use_dora is true, which is not supported/],
  ['trained biases', { bias: 'all' }, undefined, /bias is "all"/],
  ['whole modules beside', { modules_to_save: ['lm_head'] }, undefined, /modules_to_save is \["lm_head"\]/],
  ['another kind of adapter', { peft_type: 'IA3' }, undefined, /peft_type is "IA3"/],
  ['a rank of zero', { r: 0 }, undefined, /r is 0, expected a positive integer/],
  ['a dropout of one', { lora_dropout: 1 }, undefined, /lora_dropout is 1/],
  [
    'a module that is none',
    { target_modules: ['q_proj', 'lm_head'] },
    undefined,
    /names "lm_head", which is no linear module.* are q_proj, k_proj/,
  ],
  ['a pattern without match', { target_modules: 'nothing' }, undefined, /picks no module/],
  ['a base that is elsewhere', { base_model_name_or_path: 'Org/Model' }, undefined, /"Org\/Model".*or with --base/],
  [
    'a missing tensor',
    {},
    (tensors) => tensors.delete(firstDown),
    /no tensor "model\.layers\.0\.self_attn\.q_proj\.lora_A/,
  ],
  ['a surplus tensor', { target_modules: ['q_proj'] }, undefined, /a tensor "model\.layers.*no place for/],
  ['another rank', { r: 4 }, undefined, /has shape \[8,48\], but the config calls for \[4,48\]/],
])('%s gets a sentence', async (_, config, change, message) => {
  await expect(createPolicy({ folder: await adapterCopy(config, change), threads: 1 })).rejects.toThrow(message)
})

test('an adapter folder with a new adapter on top is refused', async () => {
  await expect(createPolicy({ folder: adapter, lora: settings })).rejects.toThrow(/brings its own adapter/)
})
