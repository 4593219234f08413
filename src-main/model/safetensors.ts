import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { UserError } from '../util/assert.ts'
import { decodeElements, encodeElements, type SafetensorsDtype } from './safetensors-dtype.ts'
import { encodeHeader, headerLength, parseHeader, sizeOf, type TensorEntry } from './safetensors-header.ts'

/**
 * A tensor in a file. `read` fetches its bytes alone, as float32, row-major. Node.js has no memory mapping, so a model
 * goes tensor by tensor from disk to where it is used: the host never holds a second copy of the weights.
 */
export interface StoredTensor {
  /** Element type on disk. */
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  read(): Promise<Float32Array<ArrayBuffer>>
}

/** A tensor in memory. */
export interface LoadedTensor {
  /** Element type on disk. */
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer>
}

type Elements = Float32Array | Int32Array

/** What is written: numbers, or a way to get them when their turn comes. */
export interface TensorSource {
  readonly shape: readonly number[]
  readonly data: Elements | (() => Elements | Promise<Elements>)
  /** Element type on disk; default: F32, or I32 for an Int32Array. */
  readonly dtype?: SafetensorsDtype
}

/** Most bytes of one call to the file system, which refuses 2 GiB. */
const blockBytes = 2 ** 28

/**
 * Opens the tensors of a safetensors file by name.
 * @throws UserError naming file and tensor when the file is truncated, its offsets overlap, leave gaps or do not fit
 * the shape, or an element type is not F32, F16, BF16 or I32.
 */
export async function openSafetensors(path: string): Promise<Map<string, StoredTensor>> {
  return withFile(path, async (file) => {
    const { size } = await file.stat()
    const length = headerLength(Buffer.from(await readBytes(file, path, 0, Math.min(8, size))), path, size)
    const header = Buffer.from(await readBytes(file, path, 8, length))
    const dataStart = 8 + length
    const entries = parseHeader(header, path, size - dataStart)
    return new Map(entries.map((entry) => [entry.name, storedTensor(path, dataStart, entry)]))
  })
}

function storedTensor(path: string, dataStart: number, { dtype, shape, start, end }: TensorEntry): StoredTensor {
  const read = () => withFile(path, (file) => readBytes(file, path, dataStart + start, end - start))
  return { dtype, shape, read: async () => decodeElements(await read(), dtype) }
}

/** All tensors of a file in memory; errors as `openSafetensors`. */
export async function readSafetensors(path: string): Promise<Map<string, LoadedTensor>> {
  const loaded = new Map<string, LoadedTensor>()
  for (const [name, { dtype, shape, read }] of await openSafetensors(path))
    loaded.set(name, { dtype, shape, data: await read() })
  return loaded
}

async function withFile<Result>(path: string, work: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(path, 'r').catch((error: Error) => {
    throw new UserError(`${path} cannot be opened (${error.message}). Check that the file exists.`)
  })
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

async function readBytes(file: FileHandle, path: string, start: number, length: number) {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(blockBytes, length - done), start + done)
    if (bytesRead === 0) throw new UserError(`${path} ended while it was read. Copy or download it again.`)
    done += bytesRead
  }
  return bytes
}

/**
 * Writes tensors in the map's order, 8-byte aligned, to a temporary file that is renamed when complete.
 * @throws UserError when a shape does not fit its data; file-system errors pass through and leave the old file.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorSource>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Promise<void> {
  const typed = new Map([...tensors].map(([name, source]) => [name, { ...source, dtype: dtypeOf(source) }]))
  const temporary = `${path}.partial`
  const file = await open(temporary, 'w')
  try {
    await file.write(encodeHeader(typed, metadata))
    for (const [name, { shape, dtype, data }] of typed) {
      const elements = typeof data === 'function' ? await data() : data
      if (elements.length !== sizeOf(shape))
        throw new UserError(
          `${path}: tensor "${name}" of shape [${shape}] needs ${sizeOf(shape)} values, got ${elements.length}.`,
        )
      await writeBytes(file, encodeElements(elements, dtype))
    }
    await file.sync()
    await file.close()
    await rename(temporary, path)
  } catch (error) {
    await file.close().catch(() => {})
    await rm(temporary, { force: true })
    throw error
  }
}

const dtypeOf = ({ dtype, data }: TensorSource): SafetensorsDtype =>
  dtype ?? (data instanceof Int32Array ? 'I32' : 'F32')

async function writeBytes(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(blockBytes, bytes.length - done))
    done += bytesWritten
  }
}
