/** What sets families apart, where no reference numbers do: each against a family whose numbers are known. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { createPolicy } from '../../src-main/model/create-policy.ts'
import { readSafetensors, type TensorSource, writeSafetensors } from '../../src-main/model/safetensors.ts'
import { modelCopy } from './model-copy.ts'

const rows = {
  tokens: Int32Array.of(5, 9, 200, 17, 4, 300, 2, 7),
  promptLengths: Int32Array.of(2),
  responseLengths: Int32Array.of(6),
}

interface Changes {
  readonly config: Readonly<Record<string, unknown>>
  readonly tensors?: Readonly<Record<string, TensorSource>>
}

/** A copy of a fixture with keys of its config and some tensors replaced or added, as a policy. */
async function variant(fixture: string, { config, tensors = {} }: Changes) {
  const folder = await modelCopy(fixture, {})
  const path = join(folder, 'config.json')
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...config }))
  const weights = join(folder, 'model.safetensors')
  await writeSafetensors(weights, new Map([...(await readSafetensors(weights)), ...Object.entries(tensors)]))
  const executor = createOrtExecutor({ threads: 1 })
  const policy = await createPolicy({ folder, executor })
  onTestFinished(() => policy.dispose())
  return { policy, executor }
}

const logprobsOf = async ({ policy }: Awaited<ReturnType<typeof variant>>) =>
  (await policy.score(rows, 1, 'policy')).logprobs

test('a text longer than the sliding window is refused, a shorter one is not', async () => {
  const { policy } = await variant('mistral', { config: { sliding_window: 7 } })
  await expect(policy.score(rows, 1, 'policy')).rejects.toThrow(/takes 8 tokens, but .* slides over 7 tokens/)
  const whole = await variant('mistral', { config: { sliding_window: 8 } })
  expect(await logprobsOf(whole)).toEqual(await logprobsOf(await variant('mistral', { config: {} })))
})

const smollm3 = { architectures: ['SmolLM3ForCausalLM'], model_type: 'smollm3', tie_word_embeddings: false }

test('SmolLM3 is Llama but for the declared layers, which do not know positions', async () => {
  const known = await variant('mistral', { config: {} })
  const rotated = await variant('mistral', { config: { ...smollm3, no_rope_layers: [1, 1] } })
  expect(await logprobsOf(rotated)).toEqual(await logprobsOf(known))
  const half = await variant('mistral', { config: { ...smollm3, no_rope_layers: [1, 0] } })
  const without = await variant('mistral', { config: { ...smollm3, no_rope_layers: [0, 0] } })
  expect(await logprobsOf(half)).not.toEqual(await logprobsOf(without))
  for (const table of ['cos', 'sin']) {
    const { shape } = known.executor.readState(`rope/${table}`)
    known.executor.writeState(`rope/${table}`, new Float32Array(shape[0]! * shape[1]!).fill(table === 'cos' ? 1 : 0))
  }
  const unrotated = await logprobsOf(known)
  for (const [index, logprob] of (await logprobsOf(without)).entries())
    expect(logprob).toBeCloseTo(unrotated[index]!, 5)
})

test('Llama with biases is Qwen2 where the biases it has more are zero, and moves with each of them', async () => {
  const config = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    attention_bias: true,
    mlp_bias: true,
  }
  const bias = (width: number, value: number): TensorSource => ({
    shape: [width],
    data: new Float32Array(width).fill(value),
  })
  const zeros = Object.fromEntries(
    [0, 1].flatMap((layer) => [
      [`model.layers.${layer}.self_attn.o_proj.bias`, bias(48, 0)],
      [`model.layers.${layer}.mlp.gate_proj.bias`, bias(112, 0)],
      [`model.layers.${layer}.mlp.up_proj.bias`, bias(112, 0)],
      [`model.layers.${layer}.mlp.down_proj.bias`, bias(48, 0)],
    ]),
  )
  const known = await logprobsOf(await variant('qwen2-tied', { config: {} }))
  const plain = await logprobsOf(await variant('qwen2-tied', { config, tensors: zeros }))
  for (const [index, logprob] of plain.entries()) expect(logprob).toBeCloseTo(known[index]!, 5)
  for (const [name, { shape }] of Object.entries(zeros)) {
    const ramp = Float32Array.from({ length: shape[0]! }, (_, index) => index / 100)
    const moved = await variant('qwen2-tied', { config, tensors: { ...zeros, [name]: { shape, data: ramp } } })
    const step = await logprobsOf(moved)
    expect(Math.max(...step.map((logprob, index) => Math.abs(logprob - plain[index]!))), name).toBeGreaterThan(1e-4)
    await moved.policy.forward(rows, 1)
    await moved.policy.backward(new Float32Array(6).fill(1), undefined)
    expect(
      moved.policy
        .readGradients()
        .get(name)!
        .data.some((value) => value !== 0),
      name,
    ).toBe(true)
  }
})
