import { packTrace } from '../../../src-preload/contract/trace.ts'
import type { TokenAlternatives, TokenStatistics } from '../../model/policy.ts'
import type { Tokenizer } from '../../model/tokenizer.ts'
import { namedAlternatives } from '../named-alternatives.ts'

/** Tokens of one response so far; the arrays hold at least `length` entries and go on growing. */
export interface GrowingTokens extends TokenStatistics {
  readonly alternatives?: TokenAlternatives | undefined
  readonly tokens: Int32Array
  readonly length: number
}

export interface StreamedPart {
  readonly text: string
  /** Packed trace of the part's tokens. */
  readonly trace: Uint8Array
}

/** Tokens before a part that its text is decoded with: decoders look at a few neighbours. */
const contextTokens = 24
/** A character has at most four bytes, so no more tokens wait for its end. */
const mostWaiting = 4
const replacement = '\uFFFD'

/** One response as it leaves for a reader, part by part; parts end where a character ends. */
export class RowStream {
  readonly #tokenizer: Tokenizer
  #sent = 0

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer
  }

  /** What came since the last call; null when nothing did. `finished` lets go of the bytes of a broken character. */
  take(row: GrowingTokens, finished: boolean): StreamedPart | null {
    const from = this.#sent
    const context = Math.max(0, from - contextTokens)
    const pieces = this.#tokenizer
      .decodeEach(row.tokens.subarray(context, row.length), { skipSpecialTokens: true })
      .slice(from - context)
    const whole = finished ? pieces : pieces.slice(0, pieces.length - waiting(pieces))
    if (whole.length === 0) return null
    this.#sent += whole.length
    return { text: whole.join(''), trace: this.#pack(row, from, whole) }
  }

  #pack(row: GrowingTokens, from: number, pieces: readonly string[]): Uint8Array {
    const end = from + pieces.length
    return packTrace({
      ids: Uint32Array.from(row.tokens.subarray(from, end)),
      textLengths: Uint16Array.from(pieces, (piece) => piece.length),
      rolloutLogprobs: row.logprobs.subarray(from, end),
      entropies: row.entropies.subarray(from, end),
      flags: new Uint8Array(pieces.length),
      ...(row.alternatives ? { alternatives: namedAlternatives(row.alternatives, from, end, this.#tokenizer) } : {}),
    })
  }
}

/** Tokens at the end whose text may still change: those of a character that is not complete. */
function waiting(pieces: readonly string[]): number {
  if (!pieces.at(-1)?.endsWith(replacement)) return 0
  let count = 1
  while (count < pieces.length && pieces.at(-1 - count) === '') count++
  return count >= mostWaiting ? 0 : count
}
