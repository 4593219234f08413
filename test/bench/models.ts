/** Model folders for the bench: the built-in model where it is there, random ones of given sizes otherwise. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { characterTokenizer } from '../../src-main/model/character-tokenizer.ts'
import { parseModelConfig } from '../../src-main/model/config.ts'
import { initialWeights } from '../../src-main/model/init.ts'
import { writeSafetensors } from '../../src-main/model/safetensors.ts'
import { resourcesFolder } from '../../src-main/util/resources.ts'

export interface Sizes {
  readonly vocab_size: number
  readonly hidden_size: number
  readonly intermediate_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly num_key_value_heads: number
}

/** Folder of the built-in model. */
export function builtinModel(): string {
  return join(resourcesFolder, 'models', 'arithmetic-1m')
}

/**
 * Writes a Qwen2 folder with fresh weights. Such a model draws all tokens about alike, so one in 64 ends a text: with a
 * limit of 128, responses are 55 tokens long on average and a seventh of them reach the limit.
 */
export async function writeRandomModel(folder: string, sizes: Sizes): Promise<string> {
  const tokenizer = characterTokenizer(1024)
  const config = {
    architectures: ['Qwen2ForCausalLM'],
    dtype: 'float32',
    hidden_act: 'silu',
    initializer_range: 0.02,
    max_position_embeddings: 1024,
    model_type: 'qwen2',
    rms_norm_eps: 1e-6,
    rope_parameters: { rope_theta: 10_000, rope_type: 'default' },
    tie_word_embeddings: true,
    ...sizes,
  }
  await mkdir(folder, { recursive: true })
  const files = {
    'config.json': config,
    'tokenizer.json': tokenizer.definition,
    'tokenizer_config.json': { ...tokenizer.config, eos_token: null },
    'generation_config.json': { eos_token_id: Array.from({ length: sizes.vocab_size / 64 }, (_, id) => 64 * id + 5) },
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content))
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    initialWeights(parseModelConfig(config, {}, 'config.json'), 1),
  )
  return folder
}
