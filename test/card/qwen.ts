/** A random model of Qwen2.5-1.5B's shapes as a Hugging Face folder in bfloat16. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { toBfloat16 } from '../../src-main/engine/executors/cuda/bfloat16.ts'
import { characterTokenizer } from '../../src-main/model/character-tokenizer.ts'
import { parseModelConfig } from '../../src-main/model/config.ts'
import { expectedTensors } from '../../src-main/model/tensors.ts'
import { normal } from '../../src-main/util/rng.ts'

export const qwen = {
  architectures: ['Qwen2ForCausalLM'],
  dtype: 'bfloat16',
  hidden_act: 'silu',
  model_type: 'qwen2',
  rms_norm_eps: 1e-6,
  rope_parameters: { rope_theta: 1_000_000, rope_type: 'default' },
  tie_word_embeddings: true,
  vocab_size: 151_936,
  hidden_size: 1536,
  intermediate_size: 8960,
  num_hidden_layers: 28,
  num_attention_heads: 12,
  num_key_value_heads: 2,
  max_position_embeddings: 32_768,
}

/** Layers fewer than the model's make a smaller file of the same kind, for a test of this file. */
export type Change = Partial<typeof qwen>

/** Numbers that repeat: a weight of a product need not differ from all others for the product to cost what it costs. */
const repeated = 2 ** 20

/** Writes the folder; texts never end by themselves. Returns the parameters' number. */
export function writeQwen(folder: string, change: Change = {}): number {
  const all = { ...qwen, ...change }
  const tokenizer = characterTokenizer(1024)
  mkdirSync(folder, { recursive: true })
  const files = {
    'config.json': all,
    'tokenizer.json': tokenizer.definition,
    'tokenizer_config.json': { ...tokenizer.config, eos_token: null },
    'generation_config.json': { eos_token_id: [] },
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content))
  let end = 0
  const header: Record<string, object> = {}
  for (const [name, shape] of expectedTensors(parseModelConfig(all, {}, 'config.json'))) {
    const bytes = shape.reduce((product, size) => product * size, 2)
    header[name] = { dtype: 'BF16', shape, data_offsets: [end, end + bytes] }
    end += bytes
  }
  const text = Buffer.from(JSON.stringify(header).padEnd(8 * Math.ceil(JSON.stringify(header).length / 8)))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(text.length))
  const numbers = toBfloat16(Float32Array.from({ length: repeated }, (_, place) => 0.02 * normal(1, 3, place)))
  const block = new Uint8Array(numbers.buffer)
  const file = openSync(join(folder, 'model.safetensors'), 'w')
  writeSync(file, size)
  writeSync(file, text)
  for (let from = 0; from < end; from += block.length)
    writeSync(file, block.subarray(0, Math.min(block.length, end - from)))
  closeSync(file)
  return end / 2
}
