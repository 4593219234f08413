/**
 * How the alternatives of a trace lie behind its other columns: deflated, count per token u8, then four planes of ids, two of
 * log-probabilities as float16, and the texts as JSON.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { TraceAlternatives } from '../../src-preload/contract/trace-alternatives.ts'
import { floats, halves, joined, planes } from './planes.ts'

const idBytes = 4
const numberBytes = 2

export function packAlternativeColumns({ count, ids, logprobs, texts }: TraceAlternatives): Uint8Array {
  const columns = [...planes(ids, idBytes), ...planes(halves(logprobs), numberBytes)]
  return deflateRawSync(Buffer.concat([Uint8Array.of(count), ...columns, Buffer.from(JSON.stringify([...texts]))]), {
    level: 9,
  })
}

/** Reads what `packAlternativeColumns` wrote, for so many tokens. */
export function unpackAlternativeColumns(packed: Uint8Array, tokens: number): TraceAlternatives {
  const bytes = inflateRawSync(packed)
  const count = bytes[0]!
  const numbers = count * tokens
  const all = Array.from({ length: idBytes + numberBytes }, (_, index) =>
    bytes.subarray(1 + index * numbers, 1 + (index + 1) * numbers),
  )
  const texts = JSON.parse(bytes.toString('utf8', 1 + all.length * numbers)) as [number, string][]
  return {
    count,
    ids: joined(all.slice(0, idBytes), numbers),
    logprobs: floats(new Uint16Array(joined(all.slice(idBytes), numbers))),
    texts: new Map(texts),
  }
}
