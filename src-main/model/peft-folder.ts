/** Adapters in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { peftConfigFile, peftTensorFile } from '../util/peft.ts'
import { copyCompanions, replaceFolder } from './folder-files.ts'
import type { JsonObject } from './json-file.ts'
import { openSafetensors, type StoredTensor, type TensorSource, writeSafetensors } from './safetensors.ts'
import { requireTensors, type TensorShapes } from './tensors.ts'

/** What PEFT's wrappers put before the names of the model they wrap. */
const prefix = 'base_model.model.'

/** The adapter's tensors under the model's own names, checked against the expected ones. */
export async function openAdapter(folder: string, expected: TensorShapes): Promise<ReadonlyMap<string, StoredTensor>> {
  const stored = await openSafetensors(join(folder, peftTensorFile))
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
  const stored = storedIn === undefined ? undefined : await openSafetensors(join(storedIn, peftTensorFile))
  const named = [...tensors].map(([name, { shape, data }]) => {
    const file = `${prefix}${name}`
    return [file, { shape, data, dtype: stored?.get(file)?.dtype ?? 'F32' }] as const
  })
  await replaceFolder(folder, async (temporary) => {
    await writeFile(join(temporary, peftConfigFile), `${JSON.stringify(peftConfig, null, 2)}\n`)
    await copyCompanions(tokenizerFolder, temporary)
    await writeSafetensors(join(temporary, peftTensorFile), new Map(named))
  })
}
