import { open, rename, rm } from 'node:fs/promises'
import { UserError } from '../util/assert.ts'
import { decodeElements, elementBytes, isDtype, type SafetensorsDtype } from './safetensors-dtype.ts'

/** A named array of a safetensors file; `data` is row-major and already converted to float32. */
export interface StoredTensor {
  /** Element type on disk. */
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer>
}

interface TensorEntry {
  readonly name: string
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

/** The format's own bound on the JSON header, against files that make a reader allocate at will. */
const maxHeaderBytes = 100_000_000

/**
 * Reads a safetensors file (8-byte little-endian header length, JSON header, tensor bytes) as float32.
 * @throws UserError naming file and tensor when the file is truncated, its offsets overlap, leave gaps or do not fit
 * the shape, or an element type is not F32, F16, BF16 or I32.
 */
export async function readSafetensors(path: string): Promise<Map<string, StoredTensor>> {
  const file = await openForRead(path)
  try {
    const { size } = await file.stat()
    const headerLength = await readHeaderLength(file, path, size)
    const header = Buffer.alloc(headerLength)
    await file.read(header, 0, headerLength, 8)
    const dataStart = 8 + headerLength
    const entries = parseHeader(header, path, size - dataStart)
    const tensors = new Map<string, StoredTensor>()
    for (const entry of entries) {
      const bytes = new Uint8Array(entry.end - entry.start)
      await file.read(bytes, 0, bytes.length, dataStart + entry.start)
      tensors.set(entry.name, { dtype: entry.dtype, shape: entry.shape, data: decodeElements(bytes, entry.dtype) })
    }
    return tensors
  } finally {
    await file.close()
  }
}

type FileHandle = Awaited<ReturnType<typeof open>>

async function openForRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw new UserError(`${path} cannot be opened (${(error as Error).message}). Check that the file exists.`)
  }
}

async function readHeaderLength(file: FileHandle, path: string, size: number): Promise<number> {
  const prefix = Buffer.alloc(8)
  const { bytesRead } = await file.read(prefix, 0, 8, 0)
  if (bytesRead < 8)
    throw new UserError(`${path} has ${size} bytes, too few for a safetensors file. Copy or download it again.`)
  const length = prefix.readBigUInt64LE()
  if (length > BigInt(Math.min(maxHeaderBytes, size - 8)))
    throw new UserError(
      `${path} announces a header of ${length} bytes but has ${size} bytes in all: it is truncated or no safetensors file. Copy or download it again.`,
    )
  return Number(length)
}

function parseHeader(bytes: Buffer, path: string, dataBytes: number): TensorEntry[] {
  let header: unknown
  try {
    header = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new UserError(`${path} has a header that is not JSON (${(error as Error).message}): not a safetensors file.`)
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new UserError(`${path} has a header that is not a JSON object: not a safetensors file.`)
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value, path, dataBytes))
  requireContiguous(entries, path, dataBytes)
  return entries
}

function parseEntry(name: string, value: unknown, path: string, dataBytes: number): TensorEntry {
  const { dtype, shape, data_offsets } = (value ?? {}) as Record<string, unknown>
  const complain = (problem: string): never => {
    throw new UserError(`${path}: tensor "${name}" ${problem}.`)
  }
  if (!isDtype(dtype))
    return complain(`has element type ${JSON.stringify(dtype)}, expected F32, F16, BF16 or I32; convert the file first`)
  if (!isNaturalArray(shape)) return complain(`has shape ${JSON.stringify(shape)}, expected an array of sizes`)
  if (!isNaturalArray(data_offsets) || data_offsets.length !== 2)
    return complain(`has data_offsets ${JSON.stringify(data_offsets)}, expected [start, end]`)
  const [start, end] = data_offsets as [number, number]
  if (start > end || end > dataBytes)
    return complain(
      `lies at bytes ${start} to ${end}, but the file holds ${dataBytes} bytes of data: it is truncated; copy or download it again`,
    )
  const expected = shape.reduce((product, size) => product * size, 1) * elementBytes[dtype]
  if (end - start !== expected)
    return complain(`of shape [${shape}] in ${dtype} needs ${expected} bytes, got ${end - start}`)
  return { name, dtype, shape, start, end }
}

function requireContiguous(entries: readonly TensorEntry[], path: string, dataBytes: number): void {
  let position = 0
  let previous = 'the header'
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== position)
      throw new UserError(
        `${path}: tensor "${name}" starts at byte ${start}, but "${previous}" ends at ${position}: tensors ${start < position ? 'overlap' : 'leave a gap'}. The file is damaged.`,
      )
    position = end
    previous = name
  }
  if (position !== dataBytes)
    throw new UserError(`${path} holds ${dataBytes - position} bytes after its last tensor. The file is damaged.`)
}

function isNaturalArray(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

/**
 * Writes tensors as F32 or I32 in the map's order, 8-byte aligned, to a temporary file that is renamed when complete.
 * @throws UserError when a shape does not fit its data; file-system errors pass through and leave the old file.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array }>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Promise<void> {
  const temporary = `${path}.partial`
  const file = await open(temporary, 'w')
  try {
    await file.write(encodeHeader(path, tensors, metadata))
    for (const { data } of tensors.values())
      if (data.length > 0) await file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    await file.sync()
    await file.close()
    await rename(temporary, path)
  } catch (error) {
    await file.close().catch(() => {})
    await rm(temporary, { force: true })
    throw error
  }
}

function encodeHeader(
  path: string,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array }>,
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, data }] of tensors) {
    const expected = shape.reduce((product, size) => product * size, 1)
    if (expected !== data.length)
      throw new UserError(`${path}: tensor "${name}" of shape [${shape}] needs ${expected} values, got ${data.length}.`)
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F32',
      shape,
      data_offsets: [offset, offset + data.byteLength],
    }
    offset += data.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Math.ceil(text.length / 8) * 8
  const bytes = Buffer.alloc(8 + length, ' ')
  bytes.writeBigUInt64LE(BigInt(length))
  text.copy(bytes, 8)
  return bytes
}
