import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UserError } from './assert.ts'
import { looksLikeHubId } from './hub-id.ts'

const builtinPrefix = 'builtin:'

/** Folder that holds package.json: the sources run from `src-main`, a bundle from `out/main`. */
export const appFolder = findAppFolder(import.meta.dirname)
export const resourcesFolder = join(appFolder, 'resources')

function findAppFolder(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('Quiver has lost its package.json: no folder above its code holds one.')
  return findAppFolder(parent)
}

export const isBuiltin = (reference: string): boolean => reference.startsWith(builtinPrefix)
export const builtinReference = (name: string): string => `${builtinPrefix}${name}`

const hubRemedies = {
  model: 'Download that repository into a folder and give the folder.',
  dataset: 'Download that dataset as a Parquet, JSON or CSV file and give the file.',
}

/** Path of what a run config names: `builtin:NAME` in a folder of resources, else a path, absolute. Must exist. */
function resolveReference(reference: string, kind: keyof typeof hubRemedies, folder: string, suffix: string): string {
  const name = isBuiltin(reference) ? reference.slice(builtinPrefix.length) : null
  if (name !== null && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new UserError(`"${reference}" names no built-in ${kind}: a name has letters, digits, dots and dashes.`)
  const path = name === null ? resolve(reference) : join(resourcesFolder, folder, `${name}${suffix}`)
  if (existsSync(path)) return path
  if (looksLikeHubId(reference))
    throw new UserError(
      `The ${kind} ${path} does not exist. “${reference}” looks like a Hugging Face id. ${hubRemedies[kind]}`,
    )
  throw new UserError(
    name === null
      ? `The ${kind} ${path} does not exist. Give a path that does, or builtin:NAME.`
      : `There is no built-in ${kind} "${name}". The built-in ones are in ${join(resourcesFolder, folder)}.`,
  )
}

/** Model folder of a config's `model`. Throws UserError when it does not exist. */
export const resolveModel = (reference: string): string => resolveReference(reference, 'model', 'models', '')
/** File of a config's dataset. Throws UserError when it does not exist. */
export const resolveDataset = (reference: string): string =>
  resolveReference(reference, 'dataset', 'datasets', '.jsonl')

/** What a run reads: folder of its model, files of its problems. `heldOut` is null where a run evaluates nothing. */
export interface RunPaths {
  readonly model: string
  readonly train: string
  readonly heldOut: string | null
}

/** Throws UserError when one of them does not exist. */
export const runPaths = (config: {
  readonly model: string
  readonly data: { readonly train: string }
  readonly evaluation: { readonly dataset: string | null }
}): RunPaths => ({
  model: resolveModel(config.model),
  train: resolveDataset(config.data.train),
  heldOut: config.evaluation.dataset === null ? null : resolveDataset(config.evaluation.dataset),
})
