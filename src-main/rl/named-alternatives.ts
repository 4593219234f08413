import type { TraceAlternatives } from '../../src-preload/contract/trace-alternatives.ts'
import type { TokenAlternatives } from '../model/policy.ts'
import type { Tokenizer } from '../model/tokenizer.ts'

/** The alternatives of the tokens from `from` to `end`, with their texts. */
export function namedAlternatives(
  all: TokenAlternatives,
  from: number,
  end: number,
  tokenizer: Tokenizer,
): TraceAlternatives {
  const { count } = all
  const ids = Uint32Array.from(all.ids.subarray(from * count, end * count))
  const texts = new Map<number, string>()
  for (const id of ids) if (!texts.has(id)) texts.set(id, tokenizer.decode([id], { skipSpecialTokens: false }))
  return { count, ids, logprobs: all.logprobs.slice(from * count, end * count), texts }
}
