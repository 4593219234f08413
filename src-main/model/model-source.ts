/** What a model to work with is: a Hugging Face folder, the same with a new adapter, or a PEFT folder on its base. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UserError } from '../util/assert.ts'
import { baseFolderOf, isPeftFolder, peftConfigFile } from '../util/peft.ts'
import type { LoraOptions } from './adapter.ts'
import { type ModelConfig, readModelConfig } from './config.ts'
import { type JsonObject, readJsonObject } from './json-file.ts'
import { adapterOf, newPeftConfig } from './peft-config.ts'

export interface ModelSource {
  /** Hugging Face or PEFT folder. */
  readonly folder: string
  /** Base model of a PEFT folder; absent: what its `base_model_name_or_path` names. */
  readonly base?: string
  /** A new adapter on a Hugging Face folder, which then stays as it is. */
  readonly lora?: LoraOptions
  /** Seed of a new adapter's weights, and of an adapter's dropout in training. */
  readonly seed?: number
}

interface ModelFolders {
  /** Holds config and weights. */
  readonly base: string
  readonly tokenizer: string
  readonly adapter?: string
}

/** A model as its configs describe it; no weight is looked at. */
export interface DescribedModel {
  readonly config: ModelConfig
  readonly folders: ModelFolders
  /** `adapter_config.json`, where there is an adapter. */
  readonly peftConfig?: JsonObject
}

/** Where the parts of a model lie. @throws UserError when the base of an adapter is not found. */
export async function modelFolders({ folder, base }: ModelSource): Promise<ModelFolders> {
  if (!isPeftFolder(folder)) return { base: folder, tokenizer: folder }
  const found = baseFolderOf(folder, await readJsonObject(join(folder, peftConfigFile)), base)
  return { base: found, tokenizer: existsSync(join(folder, 'tokenizer.json')) ? folder : found, adapter: folder }
}

/**
 * Reads a model's configs.
 * @throws UserError naming file and key when one is missing, not supported or does not fit the other.
 */
export async function describeModel(source: ModelSource): Promise<DescribedModel> {
  const folders = await modelFolders(source)
  const config = await readModelConfig(folders.base)
  if (!folders.adapter && !source.lora) return { config, folders }
  const { peftConfig, path } = await peftConfigOf(source, folders)
  const adapter = adapterOf(peftConfig, config, path)
  // The file may move to another folder, so it names its base by an absolute path.
  const placed = { ...peftConfig, base_model_name_or_path: resolve(folders.base) }
  return { config: { ...config, adapter }, folders, peftConfig: placed }
}

async function peftConfigOf({ lora }: ModelSource, { adapter, base }: ModelFolders) {
  if (!adapter) return { peftConfig: newPeftConfig(lora!, base), path: 'lora' }
  if (lora)
    throw new UserError(
      `${adapter} is a PEFT folder, which brings its own adapter. Leave \`lora\` empty to go on with it, or merge it into its base first.`,
    )
  const path = join(adapter, peftConfigFile)
  return { peftConfig: await readJsonObject(path), path }
}
