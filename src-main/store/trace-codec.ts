/**
 * How a trace lies in the table `traces`: the columns of contract/trace.ts, rearranged so that they compress, and exactly
 * restored. The low bytes of sampled log-probabilities and entropies are noise to a compressor and stay outside; later
 * log-probabilities are stored as their distance from the sampled ones, which is small.
 *
 *   deflated part (it marks its own end) · alternatives, where there are · low bytes of rolloutLogprobs · of entropies
 *   deflated part: widths of ids and text lengths in bytes, column bits · ids · text lengths · flags · high bytes of
 *     rolloutLogprobs, of entropies, of the distances · low bytes of the distances
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { packTrace, type Trace, unpackTrace } from '../../src-preload/contract/trace.ts'
import { packAlternativeColumns, unpackAlternativeColumns } from './alternatives-codec.ts'
import { floats, halves, joined, plane, planes } from './planes.ts'

const hasPolicy = 1
const hasReference = 2
const hasAlternatives = 4

/** Compresses a packed trace (contract/trace.ts) for the table `traces`. */
export function packColumns(packed: Uint8Array): Uint8Array {
  const trace = unpackTrace(packed)
  const rollout = halves(trace.rolloutLogprobs)
  const entropies = halves(trace.entropies)
  const distances = [trace.policyLogprobs, trace.referenceLogprobs].flatMap((column) =>
    column ? [zigzag(halves(column), rollout)] : [],
  )
  const idBytes = bytesNeeded(trace.ids)
  const lengthBytes = bytesNeeded(trace.textLengths)
  const bits =
    (trace.policyLogprobs ? hasPolicy : 0) |
    (trace.referenceLogprobs ? hasReference : 0) |
    (trace.alternatives ? hasAlternatives : 0)
  const alternatives = trace.alternatives ? packAlternativeColumns(trace.alternatives) : new Uint8Array()
  const structured = deflateRawSync(
    Buffer.concat([
      Uint8Array.of(idBytes, lengthBytes, bits),
      ...planes(trace.ids, idBytes),
      ...planes(trace.textLengths, lengthBytes),
      trace.flags,
      plane(rollout, 1),
      plane(entropies, 1),
      ...distances.map((column) => plane(column, 1)),
      ...distances.map((column) => plane(column, 0)),
    ]),
    { level: 9 },
  )
  return Buffer.concat([structured, alternatives, plane(rollout, 0), plane(entropies, 0)])
}

/** The packed trace that `packColumns` was given. */
export function unpackColumns(columns: Uint8Array): Uint8Array {
  const { buffer: structured, engine } = inflateWithEnd(columns)
  const [idBytes = 0, lengthBytes = 0, bits = 0] = structured
  const present = [hasPolicy, hasReference].filter((bit) => bits & bit)
  const count = (structured.length - 3) / (idBytes + lengthBytes + 3 + 2 * present.length)
  const lowBytes = columns.subarray(columns.length - 2 * count)
  let offset = 3
  const take = (): Uint8Array => {
    offset += count
    return structured.subarray(offset - count, offset)
  }
  const takePlanes = (width: number): Uint8Array[] => Array.from({ length: width }, take)
  const ids = joined(takePlanes(idBytes), count)
  const textLengths = new Uint16Array(joined(takePlanes(lengthBytes), count))
  const flags = take().slice()
  const rollout = new Uint16Array(joined([lowBytes.subarray(0, count), take()], count))
  const entropies = new Uint16Array(joined([lowBytes.subarray(count), take()], count))
  const highs = present.map(take)
  const later = highs.map((high) => unzigzag(new Uint16Array(joined([take(), high], count)), rollout))
  const trace: Trace = {
    ids,
    textLengths,
    flags,
    rolloutLogprobs: floats(rollout),
    entropies: floats(entropies),
    ...(bits & hasPolicy ? { policyLogprobs: floats(later[0]!) } : {}),
    ...(bits & hasReference ? { referenceLogprobs: floats(later.at(-1)!) } : {}),
    ...(bits & hasAlternatives
      ? { alternatives: unpackAlternativeColumns(columns.subarray(engine.bytesWritten), count) }
      : {}),
  }
  return packTrace(trace)
}

/** Inflates the first part; `bytesWritten` is its length as it lies. */
function inflateWithEnd(columns: Uint8Array) {
  return inflateRawSync(columns, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
}

function bytesNeeded(column: Uint32Array | Uint16Array): number {
  let all = 0
  for (const value of column) all |= value
  return Math.ceil((32 - Math.clz32(all)) / 8)
}

/** Distances modulo 2^16, small ones of either sign as small numbers. */
const zigzag = (column: Uint16Array, base: Uint16Array): Uint16Array =>
  column.map((value, i) => {
    const distance = ((value - base[i]!) << 16) >> 16
    return (distance << 1) ^ (distance >> 15)
  })
const unzigzag = (column: Uint16Array<ArrayBuffer>, base: Uint16Array): Uint16Array<ArrayBuffer> =>
  column.map((value, i) => base[i]! + ((value >>> 1) ^ -(value & 1)))
