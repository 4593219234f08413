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
    architecture: 'qwen2',
    vocabSize: 512,
    hiddenSize: 48,
    layerCount: 2,
    headCount: 4,
    keyValueHeadCount: 2,
    headDim: 12,
    ropeTheta: 10_000,
    tieWordEmbeddings: true,
    eosTokenIds: [478],
    padTokenId: 479,
  })
  expect(config).not.toHaveProperty('bosTokenId')
})

test('reads the spelling of transformers 4', () => {
  expect(parse(older)).toMatchObject({ ropeTheta: 1_000_000, tieWordEmbeddings: false, eosTokenIds: [7] })
})

test('end-of-sequence ids of generation_config.json win, one or several', () => {
  expect(parse(older, { eos_token_id: [8, 9] }).eosTokenIds).toEqual([8, 9])
  expect(parse(older, { eos_token_id: 8 }).eosTokenIds).toEqual([8])
})

test.each([
  [
    'an unsupported architecture',
    { ...older, model_type: 'llama', architectures: ['LlamaForCausalLM'] },
    /LlamaForCausalLM.*only Qwen2ForCausalLM/,
  ],
  [
    'a missing key',
    { ...older, vocab_size: undefined },
    /config\.json: vocab_size is missing, expected a positive integer/,
  ],
  ['a wrong value', { ...older, hidden_size: '48' }, /hidden_size is "48"/],
  ['heads that do not split', { ...older, num_key_value_heads: 3 }, /num_attention_heads = 4 is not a multiple/],
  ['scaled positions', { ...older, rope_scaling: { rope_type: 'yarn', factor: 4 } }, /rope type "yarn"/],
  ['sliding windows', { ...older, use_sliding_window: true }, /use_sliding_window/],
])('%s gets a sentence', (_, raw, message) => {
  expect(() => parse(raw)).toThrow(message)
})

test('a folder without config.json is named', async () => {
  await expect(readModelConfig('test/fixtures')).rejects.toThrow(/config\.json cannot be read .*model folder holds/)
})
