import { access, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UserError } from '../util/assert.ts'
import { type ModelConfig, readJsonObject, readModelConfig } from './config.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
import { loadTokenizer, type Tokenizer } from './tokenizer.ts'

/** Float32 weights under their Hugging Face names. */
export type ModelWeights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>

export interface ModelFolder {
  readonly config: ModelConfig
  readonly weights: ReadonlyMap<string, StoredTensor>
  readonly tokenizer: Tokenizer
}

/** Files beside config and weights that belong to a model folder. */
const companionFiles = [
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'vocab.json',
  'merges.txt',
]

/**
 * Opens a Hugging Face folder: config, weights (one file or shards, as float32), tokenizer.
 * @throws UserError naming the file or tensor when something is missing, surplus or of the wrong shape.
 */
export async function loadModelFolder(folder: string): Promise<ModelFolder> {
  const config = await readModelConfig(folder)
  const tokenizer = await loadTokenizer(folder)
  const weights = await loadWeights(folder, config)
  const eosTokenIds = config.eosTokenIds.length > 0 ? config.eosTokenIds : tokenizer.eosTokenIds
  return { config: { ...config, eosTokenIds }, weights, tokenizer }
}

/** The folder's weights, checked against the config. */
export async function loadWeights(folder: string, config: ModelConfig): Promise<ReadonlyMap<string, StoredTensor>> {
  const weights = await readWeightFiles(folder)
  if (config.tieWordEmbeddings) weights.delete('lm_head.weight')
  requireExpectedTensors(weights, config, folder)
  return weights
}

async function readWeightFiles(folder: string): Promise<Map<string, StoredTensor>> {
  const single = join(folder, 'model.safetensors')
  const index = join(folder, 'model.safetensors.index.json')
  if ((await exists(single)) || !(await exists(index))) return readSafetensors(single)
  const { weight_map } = await readJsonObject(index)
  if (typeof weight_map !== 'object' || weight_map === null)
    throw new UserError(`${index} has no weight_map. It must name the shard of each tensor.`)
  const names = new Set(Object.values(weight_map).map((name) => shardName(name, index)))
  const weights = new Map<string, StoredTensor>()
  for (const name of names) for (const entry of await readSafetensors(join(folder, name))) weights.set(...entry)
  return weights
}

/** A shard lies in the model's own folder: a name with a path in it is refused. */
function shardName(name: unknown, index: string): string {
  if (typeof name === 'string' && basename(name) === name && name.endsWith('.safetensors')) return name
  throw new UserError(
    `${index} names the shard ${JSON.stringify(name)}, expected a .safetensors file in its own folder.`,
  )
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Shape of every tensor of a Qwen2 model under its Hugging Face name, in the order of its computation. */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize, intermediateSize, vocabSize } = config
  const querySize = config.headCount * config.headDim
  const keyValueSize = config.keyValueHeadCount * config.headDim
  const shapes = new Map<string, readonly number[]>([['model.embed_tokens.weight', [vocabSize, hiddenSize]]])
  for (let layer = 0; layer < config.layerCount; layer++) {
    const put = (name: string, shape: readonly number[]): unknown => shapes.set(`model.layers.${layer}.${name}`, shape)
    put('input_layernorm.weight', [hiddenSize])
    for (const [name, size] of [
      ['q', querySize],
      ['k', keyValueSize],
      ['v', keyValueSize],
    ] as const) {
      put(`self_attn.${name}_proj.weight`, [size, hiddenSize])
      if (config.attentionBias) put(`self_attn.${name}_proj.bias`, [size])
    }
    put('self_attn.o_proj.weight', [hiddenSize, querySize])
    put('post_attention_layernorm.weight', [hiddenSize])
    put('mlp.gate_proj.weight', [intermediateSize, hiddenSize])
    put('mlp.up_proj.weight', [intermediateSize, hiddenSize])
    put('mlp.down_proj.weight', [hiddenSize, intermediateSize])
  }
  shapes.set('model.norm.weight', [hiddenSize])
  if (!config.tieWordEmbeddings) shapes.set('lm_head.weight', [vocabSize, hiddenSize])
  return shapes
}

function requireExpectedTensors(weights: ModelWeights, config: ModelConfig, folder: string): void {
  const shapes = expectedTensors(config)
  for (const [name, shape] of shapes) {
    const tensor = weights.get(name)
    if (!tensor)
      throw new UserError(
        `${folder}: the weights hold no tensor "${name}", which config.json calls for with shape [${shape}].`,
      )
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
      throw new UserError(
        `${folder}: tensor "${name}" has shape [${tensor.shape}], but config.json calls for [${shape}]. Config and weights are of different models.`,
      )
  }
  for (const name of weights.keys())
    if (!shapes.has(name))
      throw new UserError(
        `${folder}: the weights hold a tensor "${name}" that config.json has no place for. Config and weights are of different models.`,
      )
}

/**
 * Writes a model folder in the layout of `sourceFolder` (its config, generation config and tokenizer files) with these
 * weights as float32, into a temporary folder that takes the place of `folder` when complete.
 * @throws UserError when a tensor is missing, surplus or of the wrong shape.
 */
export async function saveModelFolder(folder: string, sourceFolder: string, weights: ModelWeights): Promise<void> {
  const config = await readModelConfig(sourceFolder)
  requireExpectedTensors(weights, config, folder)
  await replaceFolder(folder, async (temporary) => {
    await writeFile(join(temporary, 'config.json'), `${JSON.stringify(float32Config(config.raw), null, 2)}\n`)
    for (const name of companionFiles)
      if (await exists(join(sourceFolder, name))) await copyFile(join(sourceFolder, name), join(temporary, name))
    await writeSafetensors(join(temporary, 'model.safetensors'), weights)
  })
}

/** Fills a temporary folder beside `folder` and swaps it in; a failure leaves the old folder as it was. */
async function replaceFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(folder), `.${basename(folder)}.partial`)
  const replaced = `${temporary}-old`
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  try {
    await fill(temporary)
    const old = await exists(folder)
    if (old) await rename(folder, replaced)
    await rename(temporary, folder)
    if (old) await rm(replaced, { recursive: true, force: true })
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

/** The config with the element type of the written weights, in the spelling it already has. */
function float32Config(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const key = 'torch_dtype' in raw ? 'torch_dtype' : 'dtype'
  return { ...raw, [key]: 'float32' }
}
