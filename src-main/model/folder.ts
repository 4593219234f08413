import { copyFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UserError } from '../util/assert.ts'
import { type ModelConfig, readModelConfig, withoutAdapter } from './config.ts'
import { copyCompanions, exists, replaceFolder } from './folder-files.ts'
import { readJsonObject } from './json-file.ts'
import { openSafetensors, type StoredTensor, type TensorSource, writeSafetensors } from './safetensors.ts'
import { expectedTensors, requireTensors } from './tensors.ts'

/** Weights under their Hugging Face names, on disk. */
export type StoredWeights = ReadonlyMap<string, StoredTensor>

/** Tensors of old files that hold what config.json says already. */
const derivedTensor = /\.rotary_emb\.inv_freq$/

/**
 * The folder's weights (one file or shards), checked against the config.
 * @throws UserError naming the file or tensor when something is missing, surplus or of the wrong shape.
 */
export async function openWeights(folder: string, config: ModelConfig): Promise<StoredWeights> {
  const weights = await openWeightFiles(folder)
  if (config.tieWordEmbeddings) weights.delete('lm_head.weight')
  for (const name of [...weights.keys()]) if (derivedTensor.test(name)) weights.delete(name)
  requireTensors(weights, expectedTensors(withoutAdapter(config)), folder)
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

/** `stored`: each tensor in the element type it has in the source folder. `float32`: nothing of training is rounded off. */
export type Elements = 'stored' | 'float32'

export interface SaveOptions {
  readonly elements: Elements
  /** Folder of the tokenizer's files; default: the source folder. */
  readonly tokenizerFolder?: string
}

/**
 * Writes a model folder in the layout of `sourceFolder` (its config, generation config and tokenizer files) with these
 * weights, into a temporary folder that takes the place of `folder` when complete.
 * @throws UserError when a tensor is missing, surplus or of the wrong shape.
 */
export async function saveModelFolder(
  folder: string,
  sourceFolder: string,
  weights: ReadonlyMap<string, TensorSource>,
  { elements, tokenizerFolder = sourceFolder }: SaveOptions,
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
    for (const source of new Set([sourceFolder, tokenizerFolder])) await copyCompanions(source, temporary)
    await writeSafetensors(join(temporary, 'model.safetensors'), new Map(typed))
  })
}

/** The config with the element type of the written weights, in the spelling it already has. */
function float32Config(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const key = 'torch_dtype' in raw ? 'torch_dtype' : 'dtype'
  return { ...raw, [key]: 'float32' }
}
