import type { Trace } from '../../src-preload/contract/trace.ts'

/** The tokens of one response with what the heatmap shows of each. */
export interface HeatmapTokens {
  readonly count: number
  readonly trace: Trace
  /** Whether a run trained on it: it then has a class and a clip. */
  readonly ofRun: boolean
  /** The part of the response each token stands for; empty for special tokens and for parts of a character. */
  readonly texts: readonly string[]
  /** The same with white space made visible; never empty. The tokens that share a character all show that character. */
  readonly shown: readonly string[]
  /** Tokens that share a character: how many, and which of them (from 1) each is; 1 and 1 for a token of its own. */
  readonly partCount: Uint8Array
  readonly part: Uint8Array
  /** 1 where a line ends after the token. */
  readonly endsLine: Uint8Array
  /** 1 where a line may be broken before the token. */
  readonly mayBreak: Uint8Array
}

/** Shown for a last token without text: the end of the response. */
export const endGlyph = '■'
/** Shown for other tokens without text: a part of a character, or a special token. */
export const noTextGlyph = '□'

/** Characters that would not show, or would reorder or hide others: controls, bidirectional marks, zero widths. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** Letters, digits and signs that show as they are: most tokens. */
const plain = /^[!-~]*$/

/** A token's text with white space as glyphs and nothing invisible. */
export function visibleText(text: string): string {
  if (plain.test(text)) return text
  return text
    .replaceAll('\r\n', '↵')
    .replaceAll('\n', '↵')
    .replaceAll('\t', '→')
    .replaceAll(' ', '·')
    .replaceAll('\u00a0', '⍽')
    .replace(unseen, '▯')
}

/** What a text says of the token it belongs to. */
interface TextTraits {
  readonly text: string
  readonly shown: string
  readonly endsLine: number
  readonly beginsWithSpace: boolean
  readonly endsWithSpace: boolean
}

const traitsOf = (text: string): TextTraits => ({
  text,
  shown: visibleText(text),
  endsLine: Number(text.includes('\n')),
  beginsWithSpace: /^\s/.test(text),
  endsWithSpace: /\s$/.test(text),
})

/** More parts than a character has bytes are no parts: UTF-8 needs at most four. */
const mostParts = 4

/** The first token of the character that ends in `last`: the tokens without text before a token that begins with a non-ASCII character. */
function firstPart(texts: readonly string[], last: number): number {
  if ((texts[last]!.codePointAt(0) ?? 0) < 0x80) return last
  let first = last
  while (first > 0 && last - first < mostParts - 1 && texts[first - 1] === '') first--
  return first
}

interface TokenColumns extends HeatmapTokens {
  readonly texts: string[]
  readonly shown: string[]
}

/** Cuts the response into its tokens. Text that the trace does not account for is left out. */
export function decodeTokens(text: string, trace: Trace, ofRun = true): HeatmapTokens {
  const count = trace.ids.length
  const tokens: TokenColumns = {
    count,
    trace,
    ofRun,
    texts: new Array<string>(count),
    shown: new Array<string>(count),
    endsLine: new Uint8Array(count),
    mayBreak: new Uint8Array(count),
    partCount: new Uint8Array(count).fill(1),
    part: new Uint8Array(count).fill(1),
  }
  const { texts, shown, endsLine, mayBreak } = tokens
  // A vocabulary is far smaller than a long response.
  const known = new Map<string, TextTraits>()
  const traits = (own: string): TextTraits => {
    const seen = known.get(own) ?? traitsOf(own)
    known.set(own, seen)
    return seen
  }
  let offset = 0
  let afterSpace = false
  for (let token = 0; token < count; token++) {
    const end = offset + trace.textLengths[token]!
    const own = traits(text.slice(offset, end))
    texts[token] = own.text
    endsLine[token] = own.endsLine
    mayBreak[token] = Number(own.beginsWithSpace || afterSpace)
    offset = end
    if (own.text === '') shown[token] = token === count - 1 ? endGlyph : noTextGlyph
    else {
      shown[token] = own.shown
      afterSpace = own.endsWithSpace
      joinParts(tokens, firstPart(texts, token), token)
    }
  }
  return tokens
}

/** Lets the tokens from `first` to `last` show the character of the last one. */
function joinParts(tokens: TokenColumns, first: number, last: number): void {
  if (first === last) return
  for (let token = first; token <= last; token++) {
    tokens.shown[token] = tokens.shown[last]!
    tokens.part[token] = token - first + 1
    tokens.partCount[token] = last - first + 1
    if (token > first) tokens.mayBreak[token] = 0
  }
}

/** No tokens at all. */
export const emptyTokens: HeatmapTokens = decodeTokens('', {
  ids: new Uint32Array(),
  textLengths: new Uint16Array(),
  rolloutLogprobs: new Float32Array(),
  entropies: new Float32Array(),
  flags: new Uint8Array(),
})
