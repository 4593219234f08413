import { access, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UserError } from '../util/assert.ts'
import { type ModelConfig, readModelConfig } from './config.ts'
import { readJsonObject } from './json-file.ts'
import { openSafetensors, type StoredTensor, type TensorSource, writeSafetensors } from './safetensors.ts'
import { expectedTensors, type TensorShapes } from './tensors.ts'
import { loadTokenizer, type Tokenizer } from './tokenizer.ts'

/** Weights under their Hugging Face names, on disk. */
export type StoredWeights = ReadonlyMap<string, StoredTensor>

export interface ModelFolder {
  readonly config: ModelConfig
  readonly weights: StoredWeights
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
  'tokenizer.model',
]

/** Tensors of old files that hold what config.json says already. */
const derivedTensor = /\.rotary_emb\.inv_freq$/

/**
 * Opens a Hugging Face folder: config, weights (one file or shards), tokenizer.
 * @throws UserError naming the file or tensor when something is missing, surplus or of the wrong shape.
 */
export async function openModelFolder(folder: string): Promise<ModelFolder> {
  const config = await readModelConfig(folder)
  const tokenizer = await loadTokenizer(folder)
  const weights = await openWeights(folder, config)
  const eosTokenIds = config.eosTokenIds.length > 0 ? config.eosTokenIds : tokenizer.eosTokenIds
  return { config: { ...config, eosTokenIds }, weights, tokenizer }
}

/** The folder's weights, checked against the config. */
export async function openWeights(folder: string, config: ModelConfig): Promise<StoredWeights> {
  const weights = await openWeightFiles(folder)
  if (config.tieWordEmbeddings) weights.delete('lm_head.weight')
  for (const name of [...weights.keys()]) if (derivedTensor.test(name)) weights.delete(name)
  requireTensors(weights, expectedTensors(config), folder)
  return weights
}

async function openWeightFiles(folder: string): Promise<Map<string, StoredTensor>> {
  const single = join(folder, 'model.safetensors')
  const index = join(folder, 'model.safetensors.index.json')
  if ((await exists(single)) || !(await exists(index))) return openSafetensors(single)
  const { weight_map } = await readJsonObject(index)
  if (typeof weight_map !== 'object' || weight_map === null)
    throw new UserError(`${index} has no weight_map. It must name the shard of each tensor.`)
  const names = new Set(Object.values(weight_map).map((name) => shardName(name, index)))
  const weights = new Map<string, StoredTensor>()
  for (const name of names) for (const entry of await openSafetensors(join(folder, name))) weights.set(...entry)
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

/** Throws a UserError naming the first tensor that is missing, surplus or of another shape than expected. */
function requireTensors(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  expected: TensorShapes,
  folder: string,
): void {
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name)
    if (!tensor)
      throw new UserError(
        `${folder}: the weights hold no tensor "${name}", which the config calls for with shape [${shape}].`,
      )
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
      throw new UserError(
        `${folder}: tensor "${name}" has shape [${tensor.shape}], but the config calls for [${shape}]. Config and weights are of different models.`,
      )
  }
  for (const name of tensors.keys())
    if (!expected.has(name))
      throw new UserError(
        `${folder}: the weights hold a tensor "${name}" that the config has no place for. Config and weights are of different models.`,
      )
}

/** `stored`: each tensor in the element type it has in the source folder. `float32`: nothing of training is rounded off. */
export type Elements = 'stored' | 'float32'

/**
 * Writes a model folder in the layout of `sourceFolder` (its config, generation config and tokenizer files) with these
 * weights, into a temporary folder that takes the place of `folder` when complete.
 * @throws UserError when a tensor is missing, surplus or of the wrong shape.
 */
export async function saveModelFolder(
  folder: string,
  sourceFolder: string,
  weights: ReadonlyMap<string, TensorSource>,
  elements: Elements,
): Promise<void> {
  const config = await readModelConfig(sourceFolder)
  requireTensors(weights, expectedTensors(config), folder)
  const stored = elements === 'stored' ? await openWeights(sourceFolder, config) : undefined
  const typed = [...weights].map(([name, { shape, data }]) => {
    return [name, { shape, data, dtype: stored?.get(name)?.dtype ?? 'F32' }] as const
  })
  await replaceFolder(folder, async (temporary) => {
    if (stored) await copyFile(join(sourceFolder, 'config.json'), join(temporary, 'config.json'))
    else await writeFile(join(temporary, 'config.json'), `${JSON.stringify(float32Config(config.raw), null, 2)}\n`)
    await copyCompanions(sourceFolder, temporary)
    await writeSafetensors(join(temporary, 'model.safetensors'), new Map(typed))
  })
}

/** Copies the generation config and the tokenizer's files. */
async function copyCompanions(sourceFolder: string, folder: string): Promise<void> {
  for (const name of companionFiles)
    if (await exists(join(sourceFolder, name))) await copyFile(join(sourceFolder, name), join(folder, name))
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
