/** Model folders for the bench: the built-in model where it is there, random ones of given sizes otherwise. */

import { existsSync, readdirSync } from 'node:fs'
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

/** Folder of the first built-in model, if the checkout has one. */
export function builtinModel(): string | undefined {
  const models = join(resourcesFolder, 'models')
  if (!existsSync(models)) return undefined
  const name = readdirSync(models).find((entry) => existsSync(join(models, entry, 'config.json')))
  return name && join(models, name)
}

/** Writes a Qwen2 folder with fresh weights. No token ends a text, so that every row runs to its limit. */
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
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content))
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    initialWeights(parseModelConfig(config, {}, 'config.json'), 1),
  )
  return folder
}
