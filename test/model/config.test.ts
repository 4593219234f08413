import { expect, test } from 'vitest'
import { parseModelConfig, readModelConfig } from '../../src-main/model/config.ts'

const fixture = 'test/fixtures/models/qwen2-tied'

const older = {
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  vocab_size: 512,
  hidden_size: 48,
  intermediate_size: 112,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  max_position_embeddings: 512,
  torch_dtype: 'bfloat16',
  eos_token_id: 7,
}
const parse = (raw: Record<string, unknown>, generation: Record<string, unknown> = {}) =>
  parseModelConfig(raw, generation, 'folder/config.json')

test('reads the spelling of transformers 5', async () => {
  const config = await readModelConfig(fixture)
  expect(config).toMatchObject({
    architecture: 'Qwen2ForCausalLM',
    vocabSize: 512,
    hiddenSize: 48,
    layerCount: 2,
    headCount: 4,
    keyValueHeadCount: 2,
    headDim: 12,
    queryKeyValueBias: true,
    tieWordEmbeddings: true,
    slidingWindow: Infinity,
    eosTokenIds: [478],
    padTokenId: 479,
  })
  expect(config.ropeFrequencies[3]).toBeCloseTo(10_000 ** -0.5, 12)
  expect(config).not.toHaveProperty('bosTokenId')
})

test('reads the spelling of transformers 4', () => {
  const config = parse(older)
  expect(config).toMatchObject({ tieWordEmbeddings: false, eosTokenIds: [7] })
  expect(config.ropeFrequencies[3]).toBeCloseTo(1e-3, 12)
})

const llama = { ...older, model_type: 'llama', architectures: ['LlamaForCausalLM'], head_dim: 16 }
const stretched = {
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 64,
}

test('Llama: biases, head size and rope scaling as declared, in both spellings', () => {
  const config = parse({ ...llama, attention_bias: true, mlp_bias: true })
  expect(config).toMatchObject({ headDim: 16, queryKeyValueBias: true, outputBias: true, mlpBias: true })
  expect(parse(llama)).toMatchObject({ queryKeyValueBias: false, outputBias: false, mlpBias: false })
  const plain = parse(llama).ropeFrequencies
  const older4 = parse({ ...llama, rope_scaling: { ...stretched, rope_type: 'llama3' } }).ropeFrequencies
  const newer = { ...stretched, rope_type: 'llama3', rope_theta: 1_000_000 }
  expect(parse({ ...llama, rope_theta: undefined, rope_parameters: newer }).ropeFrequencies).toEqual(older4)
  expect(older4[0]).toBe(plain[0])
  expect(older4[7]! * 8).toBeCloseTo(plain[7]!, 12)
})

test('linear scaling divides every frequency', () => {
  const config = parse({ ...llama, rope_scaling: { type: 'linear', factor: 4 } })
  expect([...config.ropeFrequencies]).toEqual([...parse(llama).ropeFrequencies].map((frequency) => frequency / 4))
})

test('Qwen3: norms of heads, and a head size of its own where config.json is silent', () => {
  const qwen3 = { ...older, model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'] }
  expect(parse(qwen3)).toMatchObject({ queryKeyNorm: true, queryKeyValueBias: false, headDim: 128 })
  expect(parse({ ...qwen3, head_dim: 16, attention_bias: true })).toMatchObject({ headDim: 16, outputBias: true })
})

test('windows: Mistral slides where it is silent, Qwen only where it says so', () => {
  const mistral = { ...older, model_type: 'mistral', architectures: ['MistralForCausalLM'] }
  expect(parse(mistral).slidingWindow).toBe(4096)
  expect(parse({ ...mistral, sliding_window: 128 }).slidingWindow).toBe(128)
  expect(parse({ ...mistral, sliding_window: null }).slidingWindow).toBe(Infinity)
  const window = { sliding_window: 128, use_sliding_window: true }
  expect(parse({ ...older, ...window, use_sliding_window: false }).slidingWindow).toBe(Infinity)
  expect(parse({ ...older, ...window, max_window_layers: 2 }).slidingWindow).toBe(Infinity)
  expect(parse({ ...older, ...window, max_window_layers: 1 }).slidingWindow).toBe(128)
  const types = ['full_attention', 'sliding_attention']
  expect(parse({ ...older, ...window, layer_types: types }).slidingWindow).toBe(128)
})

test('SmolLM3: the layers without positions are the declared ones', () => {
  const smollm3 = { ...older, model_type: 'smollm3', architectures: ['SmolLM3ForCausalLM'] }
  expect(parse({ ...smollm3, no_rope_layers: [1, 0] }).layersWithoutRope).toEqual([1])
  const deep = { ...smollm3, num_hidden_layers: 8, no_rope_layer_interval: 4 }
  expect(parse(deep)).toMatchObject({ layersWithoutRope: [3, 7], tieWordEmbeddings: true })
  expect(() => parse(smollm3)).toThrow(/neither no_rope_layers nor no_rope_layer_interval/)
  expect(() => parse({ ...smollm3, no_rope_layers: [1] })).toThrow(/no_rope_layers is \[1\], expected one entry/)
})

test('end-of-sequence ids of generation_config.json win, one or several', () => {
  expect(parse(older, { eos_token_id: [8, 9] }).eosTokenIds).toEqual([8, 9])
  expect(parse(older, { eos_token_id: 8 }).eosTokenIds).toEqual([8])
})

test.each([
  [
    'an unsupported architecture',
    { ...older, model_type: 'gemma3', architectures: ['Gemma3ForCausalLM'] },
    /Gemma3ForCausalLM \(model_type "gemma3"\), which is not supported.*Qwen2ForCausalLM, Qwen3ForCausalLM, LlamaFor/,
  ],
  [
    'a head that is no language model',
    { ...older, architectures: ['Qwen2ForSequenceClassification'] },
    /the model is Qwen2ForSequenceClassification/,
  ],
  [
    'a missing key',
    { ...older, vocab_size: undefined },
    /config\.json: vocab_size is missing, expected a positive integer/,
  ],
  ['a wrong value', { ...older, hidden_size: '48' }, /hidden_size is "48"/],
  ['a flag that is none', { ...older, tie_word_embeddings: 'yes' }, /tie_word_embeddings is "yes", expected true or/],
  ['heads that do not split', { ...older, num_key_value_heads: 3 }, /num_attention_heads = 4 is not a multiple/],
  ['an unknown rope type', { ...older, rope_scaling: { rope_type: 'yarn', factor: 4 } }, /rope type "yarn" is not/],
  ['rope scaling without a factor', { ...older, rope_scaling: { type: 'linear' } }, /factor is missing/],
  [
    'rope parameters per layer type',
    { ...older, rope_parameters: { full_attention: { rope_type: 'default' } } },
    /"full_attention" has its own/,
  ],
  ['rotation of a part of the head', { ...older, partial_rotary_factor: 0.5 }, /partial_rotary_factor is 0\.5/],
  ['quantized weights', { ...older, quantization_config: { bits: 4 } }, /weights are quantized/],
])('%s gets a sentence', (_, raw, message) => {
  expect(() => parse(raw)).toThrow(message)
})

test('a folder without config.json is named', async () => {
  await expect(readModelConfig('test/fixtures')).rejects.toThrow(/config\.json cannot be read .*model folder holds/)
})
