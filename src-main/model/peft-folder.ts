/** Adapters in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../util/assert.ts'
import { copyCompanions, replaceFolder } from './folder-files.ts'
import { type JsonObject, readJsonObject } from './json-file.ts'
import { openSafetensors, type StoredTensor, type TensorSource, writeSafetensors } from './safetensors.ts'
import { requireTensors, type TensorShapes } from './tensors.ts'

export const peftConfigFile = 'adapter_config.json'
const tensorFile = 'adapter_model.safetensors'
/** What PEFT's wrappers put before the names of the model they wrap. */
const prefix = 'base_model.model.'

export const isPeftFolder = (folder: string): boolean => existsSync(join(folder, peftConfigFile))

/** `adapter_config.json` of a folder. */
export function readPeftConfig(folder: string): Promise<JsonObject> {
  return readJsonObject(join(folder, peftConfigFile))
}

/**
 * The folder of the model that an adapter sits on: `base` where given, else `base_model_name_or_path`, read from the
 * adapter's folder or from the working directory.
 * @throws UserError when that is no folder here.
 */
export function baseFolderOf(folder: string, raw: JsonObject, base: string | undefined): string {
  if (base !== undefined) return base
  const named = raw.base_model_name_or_path
  const places = typeof named === 'string' && named !== '' ? [resolve(folder, named), resolve(named)] : []
  const found = places.find((place) => existsSync(join(place, 'config.json')))
  if (found) return found
  throw new UserError(
    `${join(folder, peftConfigFile)}: base_model_name_or_path is ${JSON.stringify(named ?? null)}, which is no model folder here. Name the base model's folder there, or with --base.`,
  )
}

/** The adapter's tensors under the model's own names, checked against the expected ones. */
export async function openAdapter(folder: string, expected: TensorShapes): Promise<ReadonlyMap<string, StoredTensor>> {
  const stored = await openSafetensors(join(folder, tensorFile))
  const tensors = new Map(
    [...stored].map(([name, tensor]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, tensor]),
  )
  requireTensors(tensors, expected, folder)
  return tensors
}

export interface AdapterFiles {
  readonly peftConfig: JsonObject
  /** Folder of the tokenizer's files. */
  readonly tokenizerFolder: string
  /** The folder whose tensors' element types are kept; absent: float32. */
  readonly storedIn?: string
}

/** Writes an adapter with the tokenizer's files, in a temporary folder that takes the place of `folder` when complete. */
export async function saveAdapter(
  folder: string,
  { peftConfig, tokenizerFolder, storedIn }: AdapterFiles,
  tensors: ReadonlyMap<string, TensorSource>,
): Promise<void> {
  const stored = storedIn === undefined ? undefined : await openSafetensors(join(storedIn, tensorFile))
  const named = [...tensors].map(([name, { shape, data }]) => {
    const file = `${prefix}${name}`
    return [file, { shape, data, dtype: stored?.get(file)?.dtype ?? 'F32' }] as const
  })
  await replaceFolder(folder, async (temporary) => {
    await writeFile(join(temporary, peftConfigFile), `${JSON.stringify(peftConfig, null, 2)}\n`)
    await copyCompanions(tokenizerFolder, temporary)
    await writeSafetensors(join(temporary, tensorFile), new Map(named))
  })
}
