/**
 * The likeliest tokens at each position of a response, as a trace may hold them. Packed form: count per token, bytes of the
 * texts, ids u32, log-probabilities float16 (relative error below 2^-11), texts as a JSON list of [id, text].
 */
export interface TraceAlternatives {
  /** Tokens told per position. */
  readonly count: number
  /** Token ids, `count` per position, the likeliest first. */
  readonly ids: Uint32Array
  /** Their log-probabilities in the whole sampling distribution, nats. */
  readonly logprobs: Float32Array
  /** Text of every id that occurs. */
  readonly texts: ReadonlyMap<number, string>
}

const headerBytes = 8

/** Bytes of the packed form, read from its header; 0 where the header is cut short. */
export function packedAlternativeBytes(packed: Uint8Array, tokens: number): number {
  if (packed.length < headerBytes) return 0
  const header = new DataView(packed.buffer, packed.byteOffset)
  return headerBytes + 6 * tokens * header.getUint32(0, true) + header.getUint32(4, true)
}

export function packAlternatives({ count, ids, logprobs, texts }: TraceAlternatives): Uint8Array {
  const words = new TextEncoder().encode(JSON.stringify([...texts]))
  const bytes = new Uint8Array(headerBytes + 6 * ids.length + words.length)
  const header = new DataView(bytes.buffer)
  header.setUint32(0, count, true)
  header.setUint32(4, words.length, true)
  bytes.set(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength), headerBytes)
  bytes.set(new Uint8Array(Float16Array.from(logprobs).buffer), headerBytes + 4 * ids.length)
  bytes.set(words, headerBytes + 6 * ids.length)
  return bytes
}

/** Reads what `packAlternatives` wrote, for so many tokens. Throws where the texts are no such list. */
export function unpackAlternatives(packed: Uint8Array, tokens: number): TraceAlternatives {
  const bytes = packed.slice()
  const count = new DataView(bytes.buffer).getUint32(0, true)
  const numbers = count * tokens
  const [idsEnd, end] = [headerBytes + 4 * numbers, headerBytes + 6 * numbers]
  const texts = JSON.parse(new TextDecoder().decode(bytes.subarray(end))) as [number, string][]
  return {
    count,
    ids: new Uint32Array(bytes.buffer.slice(headerBytes, idsEnd)),
    logprobs: Float32Array.from(new Float16Array(bytes.buffer.slice(idsEnd, end))),
    texts: new Map(texts),
  }
}
