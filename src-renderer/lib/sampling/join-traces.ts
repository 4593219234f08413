import type { Trace } from '../../../src-preload/contract/trace.ts'
import type { TraceAlternatives } from '../../../src-preload/contract/trace-alternatives.ts'

type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>

function joined<One extends Column>(made: One, parts: readonly ArrayLike<number>[]): One {
  let offset = 0
  for (const part of parts) {
    made.set(part, offset)
    offset += part.length
  }
  return made
}

const lengthOf = (parts: readonly ArrayLike<number>[]): number => parts.reduce((sum, { length }) => sum + length, 0)

/** Consecutive parts of one response as one trace, of the columns that every streamed part has. */
export function joinTraces(parts: readonly Trace[]): Trace {
  const [first] = parts
  if (parts.length === 1 && first) return first
  const count = lengthOf(parts.map(({ ids }) => ids))
  const alternatives = parts.flatMap((part) => part.alternatives ?? [])
  return {
    ids: joined(
      new Uint32Array(count),
      parts.map(({ ids }) => ids),
    ),
    textLengths: joined(
      new Uint16Array(count),
      parts.map(({ textLengths }) => textLengths),
    ),
    rolloutLogprobs: joined(
      new Float32Array(count),
      parts.map(({ rolloutLogprobs }) => rolloutLogprobs),
    ),
    entropies: joined(
      new Float32Array(count),
      parts.map(({ entropies }) => entropies),
    ),
    flags: joined(
      new Uint8Array(count),
      parts.map(({ flags }) => flags),
    ),
    ...(parts.length > 0 && alternatives.length === parts.length
      ? { alternatives: joinAlternatives(alternatives) }
      : {}),
  }
}

function joinAlternatives(parts: readonly TraceAlternatives[]): TraceAlternatives {
  const total = lengthOf(parts.map(({ ids }) => ids))
  return {
    count: parts[0]!.count,
    ids: joined(
      new Uint32Array(total),
      parts.map(({ ids }) => ids),
    ),
    logprobs: joined(
      new Float32Array(total),
      parts.map(({ logprobs }) => logprobs),
    ),
    texts: new Map(parts.flatMap(({ texts }) => [...texts])),
  }
}
