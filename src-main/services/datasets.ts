import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DatasetInfo, DatasetPreview } from '../../src-preload/contract/dataset.ts'
import { cacheDataset, cachedDataset, type FileStamp } from '../store/file-cache.ts'
import type { WriteDb } from '../store/sql.ts'
import { type Dataset, plainPrompt, readDataset } from '../tasks/dataset.ts'
import { builtinReference, isBuiltin, resolveDataset, resourcesFolder } from '../util/resources.ts'

const previewRows = 20

const nameOf = (reference: string): string =>
  isBuiltin(reference) ? reference.slice('builtin:'.length) : basename(reference)

/** The built-in datasets. */
export async function listDatasets(db: WriteDb): Promise<DatasetInfo[]> {
  const files = await readdir(join(resourcesFolder, 'datasets')).catch(() => [])
  const names = files.filter((file) => file.endsWith('.jsonl')).map((file) => file.slice(0, -'.jsonl'.length))
  return Promise.all(names.sort().map((name) => datasetInfo(db, builtinReference(name))))
}

/** Rows and duplicates of a dataset; the file is read again only when it has changed. Throws UserError when it is bad. */
export async function datasetInfo(db: WriteDb, reference: string): Promise<DatasetInfo> {
  const path = resolveDataset(reference)
  const stamp = await stampOf(path)
  const cached = cachedDataset(db, reference, stamp)
  if (cached) return cached
  const info = infoOf(reference, await readDataset(path))
  cacheDataset(db, info, stamp)
  return info
}

/** Some of a dataset's problems. Chat prompts are shown as their messages, one after another. */
export async function previewDataset(reference: string, offset: number): Promise<DatasetPreview> {
  const dataset = await readDataset(resolveDataset(reference))
  const sample = dataset.rows.slice(offset, offset + previewRows).map(({ id, prompt, answer }) => ({
    id,
    prompt: plainPrompt({ prompt }),
    answer,
  }))
  return { ...infoOf(reference, dataset), sample }
}

const infoOf = (reference: string, { rows, duplicates }: Dataset): DatasetInfo => ({
  reference,
  name: nameOf(reference),
  rows: rows.length,
  duplicates,
})

async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeMs } = await stat(path)
  return { bytes: size, modifiedAtMs: Math.round(mtimeMs) }
}
