import {
  packAlternatives,
  packedAlternativeBytes,
  type TraceAlternatives,
  unpackAlternatives,
} from './trace-alternatives.ts'

/**
 * Per-token trace of one response: typed columns, one entry per response token.
 * Packed form: header (magic, version, token count, column bits), then the columns one after another, little-endian.
 * The store compresses the packed form; the page decodes it.
 */
export interface Trace {
  /** Token ids. */
  readonly ids: Uint32Array
  /** UTF-16 units of the response text each token shows; they add up to the text's length. A special token shows none. */
  readonly textLengths: Uint16Array
  /** log-probability under the policy that sampled the token, nats. */
  readonly rolloutLogprobs: Float32Array
  /** Entropy of the sampling distribution, nats. */
  readonly entropies: Float32Array
  /** log-probability under the policy in training as the last update that saw the token found it, nats; absent when none did. */
  readonly policyLogprobs?: Float32Array
  /** log-probability under the frozen reference, nats; absent without a reference pass. */
  readonly referenceLogprobs?: Float32Array
  /** Bits of `traceFlags` per token. */
  readonly flags: Uint8Array
  /** The likeliest tokens at each position; absent where they were not asked for. */
  readonly alternatives?: TraceAlternatives
}

export const traceFlags = {
  /** High-entropy class of the run's method; a token without it is a knowledge token. */
  reasoning: 1,
  clippedLow: 2,
  clippedHigh: 4,
  clippedDual: 8,
  /** Left out of the loss. */
  masked: 16,
  /** Picked by its covariance of log-probability and advantage. */
  picked: 32,
} as const

const magic = 0x51545231 // "QTR1"
const headerBytes = 12
const hasPolicy = 1
const hasReference = 2
const hasAlternatives = 4

const columnBytes = (count: number, bits: number): number =>
  count * (4 + 2 + 2 + 2 + (bits & hasPolicy ? 2 : 0) + (bits & hasReference ? 2 : 0) + 1)

/** Packs a trace: ids u32, text lengths u16, numbers float16 (relative error below 2^-11), flags u8. */
export function packTrace(trace: Trace): Uint8Array<ArrayBuffer> {
  const count = trace.ids.length
  const alternatives = trace.alternatives ? packAlternatives(trace.alternatives) : new Uint8Array()
  const bits =
    (trace.policyLogprobs ? hasPolicy : 0) |
    (trace.referenceLogprobs ? hasReference : 0) |
    (trace.alternatives ? hasAlternatives : 0)
  const bytes = new Uint8Array(headerBytes + columnBytes(count, bits) + alternatives.length)
  const header = new DataView(bytes.buffer)
  header.setUint32(0, magic, true)
  header.setUint32(4, count, true)
  header.setUint32(8, bits, true)
  let offset = headerBytes
  const put = (column: Uint8Array | Uint16Array | Uint32Array | Float16Array): void => {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset)
    offset += column.byteLength
  }
  put(trace.ids)
  put(trace.textLengths)
  put(Float16Array.from(trace.rolloutLogprobs))
  put(Float16Array.from(trace.entropies))
  if (trace.policyLogprobs) put(Float16Array.from(trace.policyLogprobs))
  if (trace.referenceLogprobs) put(Float16Array.from(trace.referenceLogprobs))
  put(trace.flags)
  put(alternatives)
  return bytes
}

/** Reads a packed trace. Throws a sentence when the bytes are not one. */
export function unpackTrace(packed: Uint8Array): Trace {
  const bytes = packed.slice()
  const header = new DataView(bytes.buffer)
  if (bytes.length < headerBytes || header.getUint32(0, true) !== magic)
    throw new Error('This is not a token trace: the first bytes are not "QTR1". The stored row is damaged.')
  const count = header.getUint32(4, true)
  const bits = header.getUint32(8, true)
  const fixed = headerBytes + columnBytes(count, bits)
  const rest = bytes.subarray(fixed)
  const expected = fixed + (bits & hasAlternatives ? packedAlternativeBytes(rest, count) : 0)
  if (bytes.length !== expected)
    throw new Error(
      `A token trace of ${count} tokens has ${expected} bytes, got ${bytes.length}. The stored row is damaged.`,
    )
  let offset = headerBytes
  const take = (width: number): ArrayBuffer => {
    const column = bytes.buffer.slice(offset, offset + count * width)
    offset += count * width
    return column
  }
  const halves = (): Float32Array => Float32Array.from(new Float16Array(take(2)))
  return {
    ids: new Uint32Array(take(4)),
    textLengths: new Uint16Array(take(2)),
    rolloutLogprobs: halves(),
    entropies: halves(),
    ...(bits & hasPolicy ? { policyLogprobs: halves() } : {}),
    ...(bits & hasReference ? { referenceLogprobs: halves() } : {}),
    flags: new Uint8Array(take(1)),
    ...(bits & hasAlternatives ? { alternatives: unpackAlternatives(rest, count) } : {}),
  }
}
