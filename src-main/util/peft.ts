/** Adapter folders as PEFT lays them out, as far as finding their base model goes. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UserError } from './assert.ts'

export const peftConfigFile = 'adapter_config.json'
export const peftTensorFile = 'adapter_model.safetensors'

export const isPeftFolder = (folder: string): boolean => existsSync(join(folder, peftConfigFile))

/**
 * The folder of the model that an adapter sits on: `base` where given, else `base_model_name_or_path` of its config, read
 * from the adapter's folder or from the working directory.
 * @throws UserError when that is no folder here.
 */
export function baseFolderOf(folder: string, config: Readonly<Record<string, unknown>>, base?: string): string {
  if (base !== undefined) return base
  const named = config.base_model_name_or_path
  const places = typeof named === 'string' && named !== '' ? [resolve(folder, named), resolve(named)] : []
  const found = places.find((place) => existsSync(join(place, 'config.json')))
  if (found) return found
  throw new UserError(
    `${join(folder, peftConfigFile)}: base_model_name_or_path is ${JSON.stringify(named ?? null)}, which is no model folder here. Name the base model's folder there, or with --base.`,
  )
}
