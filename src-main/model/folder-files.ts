/** How model folders are put on disk: whole or not at all. */
import { access, copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

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

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Copies the generation config and the tokenizer's files. */
export async function copyCompanions(sourceFolder: string, folder: string): Promise<void> {
  for (const name of companionFiles)
    if (await exists(join(sourceFolder, name))) await copyFile(join(sourceFolder, name), join(folder, name))
}

/** Fills a temporary folder beside `folder` and swaps it in; a failure leaves the old folder as it was. */
export async function replaceFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
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
