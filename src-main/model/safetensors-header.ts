/** The header of a safetensors file: an 8-byte little-endian length, then JSON of names, types, shapes and offsets. */
import { UserError } from '../util/assert.ts'
import { elementBytes, isDtype, type SafetensorsDtype } from './safetensors-dtype.ts'

export interface TensorEntry {
  readonly name: string
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  /** Bytes from the end of the header. */
  readonly start: number
  readonly end: number
}

/** The format's own bound on the JSON header, against files that make a reader allocate at will. */
const maxHeaderBytes = 100_000_000

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** The JSON's length from the first 8 bytes. Throws a UserError when it does not fit a file of `size` bytes. */
export function headerLength(prefix: Buffer, path: string, size: number): number {
  if (size < 8)
    throw new UserError(`${path} has ${size} bytes, too few for a safetensors file. Copy or download it again.`)
  const length = prefix.readBigUInt64LE()
  if (length > BigInt(Math.min(maxHeaderBytes, size - 8)))
    throw new UserError(
      `${path} announces a header of ${length} bytes but has ${size} bytes in all: it is truncated or no safetensors file. Copy or download it again.`,
    )
  return Number(length)
}

/**
 * The tensors of a file whose data take `dataBytes`.
 * @throws UserError naming file and tensor when offsets overlap, leave gaps, end beyond the file or do not fit the
 * shape, or an element type is not F32, F16, BF16 or I32.
 */
export function parseHeader(bytes: Buffer, path: string, dataBytes: number): TensorEntry[] {
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
  const expected = sizeOf(shape) * elementBytes[dtype]
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

/** Length and JSON, padded with spaces so that the data start at a multiple of 8 bytes. */
export function encodeHeader(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly dtype: SafetensorsDtype }>,
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, dtype }] of tensors) {
    const end = offset + sizeOf(shape) * elementBytes[dtype]
    header[name] = { dtype, shape, data_offsets: [offset, end] }
    offset = end
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Math.ceil(text.length / 8) * 8
  const bytes = Buffer.alloc(8 + length, ' ')
  bytes.writeBigUInt64LE(BigInt(length))
  text.copy(bytes, 8)
  return bytes
}
