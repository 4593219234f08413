/** A model to work with: a Hugging Face folder, the same with a new adapter, or a PEFT folder on its base. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UserError } from '../util/assert.ts'
import { randomStream, uniform } from '../util/rng.ts'
import { type Adapter, downName, type LoraOptions } from './adapter.ts'
import { type ModelConfig, readModelConfig } from './config.ts'
import { openWeights, type StoredWeights } from './folder.ts'
import type { JsonObject } from './json-file.ts'
import { adapterOf, newPeftConfig } from './peft-config.ts'
import { baseFolderOf, isPeftFolder, openAdapter, peftConfigFile, readPeftConfig } from './peft-folder.ts'
import { trainedTensors } from './tensors.ts'
import { loadTokenizer, type Tokenizer } from './tokenizer.ts'

export interface ModelSource {
  /** Hugging Face or PEFT folder. */
  readonly folder: string
  /** Base model of a PEFT folder; absent: what its `base_model_name_or_path` names. */
  readonly base?: string
  /** A new adapter on a Hugging Face folder, which then stays as it is. */
  readonly lora?: LoraOptions
  /** Seed of a new adapter's weights. */
  readonly seed?: number
}

/** A tensor that can be fetched. */
export interface Fetchable {
  readonly shape: readonly number[]
  read(): Promise<Float32Array<ArrayBuffer>>
}

export interface OpenedModel {
  readonly config: ModelConfig
  /** The model's own weights. */
  readonly weights: StoredWeights
  /** The adapter's; empty without one. */
  readonly adapterTensors: ReadonlyMap<string, Fetchable>
  readonly tokenizer: Tokenizer
  readonly folders: ModelFolders
  /** `adapter_config.json`, where there is an adapter. */
  readonly peftConfig?: JsonObject
}

export interface ModelFolders {
  /** Holds config and weights. */
  readonly base: string
  readonly tokenizer: string
  readonly adapter?: string
}

/** Where the parts of a model lie. @throws UserError when the base of an adapter is not found. */
async function modelFolders({ folder, base }: ModelSource): Promise<ModelFolders> {
  if (!isPeftFolder(folder)) return { base: folder, tokenizer: folder }
  const found = baseFolderOf(folder, await readPeftConfig(folder), base)
  return { base: found, tokenizer: existsSync(join(folder, 'tokenizer.json')) ? folder : found, adapter: folder }
}

/**
 * Opens a model; weights are fetched later, one by one.
 * @throws UserError naming file, key or tensor when something is missing, surplus, not supported or does not fit.
 */
export async function openModel(source: ModelSource): Promise<OpenedModel> {
  const folders = await modelFolders(source)
  const tokenizer = await loadTokenizer(folders.tokenizer)
  const read = await readModelConfig(folders.base)
  const eosTokenIds = read.eosTokenIds.length > 0 ? read.eosTokenIds : tokenizer.eosTokenIds
  const plain = { ...read, eosTokenIds }
  const weights = await openWeights(folders.base, plain)
  const parts = { weights, tokenizer, folders }
  if (!folders.adapter && !source.lora) return { ...parts, config: plain, adapterTensors: new Map() }
  if (folders.adapter && source.lora)
    throw new UserError(
      `${folders.adapter} is a PEFT folder, which brings its own adapter. Leave \`lora\` empty to go on with it, or merge it into its base first.`,
    )
  const { peftConfig, path } = await peftConfigOf(source, folders)
  const config = { ...plain, adapter: adapterOf(peftConfig, plain, path) }
  const adapterTensors = folders.adapter
    ? await openAdapter(folders.adapter, trainedTensors(config))
    : newAdapterTensors(config, source.seed ?? 0)
  // The file may move to another folder, so it names its base by an absolute path.
  const placed = { ...peftConfig, base_model_name_or_path: resolve(folders.base) }
  return { ...parts, config, adapterTensors, peftConfig: placed }
}

async function peftConfigOf({ lora }: ModelSource, { adapter, base }: ModelFolders) {
  if (adapter) return { peftConfig: await readPeftConfig(adapter), path: join(adapter, peftConfigFile) }
  return { peftConfig: newPeftConfig(lora!, base), path: 'lora' }
}

/**
 * PEFT's initial adapter: A uniform in ±1/√in, B zero, so that it changes nothing yet. Element i of tensor t is a pure
 * function of (seed, t, i).
 */
function newAdapterTensors(config: ModelConfig & { adapter: Adapter }, seed: number): ReadonlyMap<string, Fetchable> {
  const downs = new Set([...config.adapter.modules.keys()].map(downName))
  const tensors = [...trainedTensors(config)].map(([name, shape], tensor): [string, Fetchable] => {
    const [rows, columns] = shape as [number, number]
    const bound = 1 / Math.sqrt(columns)
    const draw = (index: number): number => bound * (2 * uniform(seed, randomStream.adapter, tensor, index) - 1)
    const read = async () =>
      Float32Array.from({ length: rows * columns }, (_, index) => (downs.has(name) ? draw(index) : 0))
    return [name, { shape, read }]
  })
  return new Map(tensors)
}
