import { open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { ModelInfo } from '../../src-preload/contract/model.ts'
import { cachedModel, cacheModel } from '../store/file-cache.ts'
import type { WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { baseFolderOf, isPeftFolder, peftConfigFile, peftTensorFile } from '../util/peft.ts'
import { builtinReference, isBuiltin, resolveModel, resourcesFolder } from '../util/resources.ts'

const maxHeaderBytes = 100_000_000
const configSchema = z.looseObject({ architectures: z.array(z.string()).min(1) })
const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) })
const headerSchema = z.record(z.string(), z.looseObject({ shape: z.array(z.int().min(0)).optional() }))

/** The built-in models. */
export async function listModels(db: WriteDb): Promise<ModelInfo[]> {
  const entries = await readdir(join(resourcesFolder, 'models'), { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(names.sort().map((name) => modelInfo(db, builtinReference(name))))
}

/** Architecture and size of a model folder, from `config.json` and the headers of the weights. Throws UserError when bad. */
export async function modelInfo(db: WriteDb, reference: string): Promise<ModelInfo> {
  const folder = resolveModel(reference)
  const files = await Promise.all((await weightFiles(folder)).map(weightFile))
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const stamp = { bytes, modifiedAtMs: Math.max(...files.map((file) => file.modifiedAtMs)) }
  const cached = cachedModel(db, reference, stamp)
  if (cached) return cached
  const name = isBuiltin(reference) ? reference.slice('builtin:'.length) : basename(folder)
  const architecture = await readArchitecture(folder)
  const counts = await Promise.all(files.map((file) => countParameters(file.path, file.bytes)))
  const info: ModelInfo = { reference, name, architecture, parameters: counts.reduce((sum, n) => sum + n, 0), bytes }
  cacheModel(db, info, stamp)
  return info
}

/** Weight files of a folder: the one file, or the parts that its index names; an adapter's beside those of its base. */
async function weightFiles(folder: string): Promise<string[]> {
  if (isPeftFolder(folder)) return [join(folder, peftTensorFile), ...(await weightFiles(await baseFolder(folder)))]
  const index = await readFile(join(folder, 'model.safetensors.index.json'), 'utf8').catch(() => null)
  if (index === null) return [join(folder, 'model.safetensors')]
  const parsed = indexSchema.safeParse(parseJson(index))
  if (!parsed.success) throw new UserError(`${folder}: model.safetensors.index.json has no weight_map. Copy it again.`)
  return [...new Set(Object.values(parsed.data.weight_map))].map((name) => join(folder, basename(name)))
}

/** The folder that holds the model's config: the base of an adapter. */
async function baseFolder(folder: string): Promise<string> {
  if (!isPeftFolder(folder)) return folder
  const config = parseJson(await readFile(join(folder, peftConfigFile), 'utf8'))
  return baseFolderOf(folder, z.looseObject({}).catch({}).parse(config))
}

async function weightFile(path: string): Promise<{ path: string; bytes: number; modifiedAtMs: number }> {
  const { size, mtimeMs } = await stat(path).catch(() => {
    throw new UserError(`The weights ${path} are missing. Give a Hugging Face model folder with all of its files.`)
  })
  return { path, bytes: size, modifiedAtMs: Math.round(mtimeMs) }
}

async function readArchitecture(folder: string): Promise<string> {
  const path = join(await baseFolder(folder), 'config.json')
  const parsed = configSchema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => '')))
  if (!parsed.success)
    throw new UserError(`${path} is missing or names no architectures. Give a Hugging Face model folder.`)
  return parsed.data.architectures[0]!
}

/** Elements of all tensors; the header is a u64 length and that many bytes of JSON. */
async function countParameters(path: string, bytes: number): Promise<number> {
  const file = await open(path)
  try {
    const length = Number((await file.read(Buffer.alloc(8), 0, 8, 0)).buffer.readBigUInt64LE())
    const text = Buffer.alloc(length <= Math.min(maxHeaderBytes, bytes - 8) ? length : 0)
    await file.read(text, 0, text.length, 8)
    const header = headerSchema.safeParse(parseJson(text.toString('utf8')))
    if (!header.success) throw new UserError(`${path} is no safetensors file, or cut short. Copy or download it again.`)
    const { __metadata__: _, ...tensors } = header.data
    return Object.values(tensors).reduce((sum, { shape = [] }) => sum + shape.reduce((size, dim) => size * dim, 1), 0)
  } finally {
    await file.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
