import type { Trace } from '../../src-preload/contract/trace.ts'

/** The tokens of one response with what the heatmap shows of each. */
export interface HeatmapTokens {
  readonly count: number
  readonly trace: Trace
  /** The part of the response each token stands for; empty for special tokens and for parts of a character. */
  readonly texts: readonly string[]
  /** The same with white space made visible; never empty. */
  readonly shown: readonly string[]
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

/** A token's text with white space as glyphs and nothing invisible. */
export function visibleText(text: string): string {
  return text
    .replaceAll('\r\n', '↵')
    .replaceAll('\n', '↵')
    .replaceAll('\t', '→')
    .replaceAll(' ', '·')
    .replaceAll('\u00a0', '⍽')
    .replace(unseen, '▯')
}

/** Cuts the response into its tokens. Text that the trace does not account for is left out. */
export function decodeTokens(text: string, trace: Trace): HeatmapTokens {
  const count = trace.ids.length
  const texts: string[] = new Array(count)
  const shown: string[] = new Array(count)
  const endsLine = new Uint8Array(count)
  const mayBreak = new Uint8Array(count)
  let offset = 0
  for (let token = 0; token < count; token++) {
    const end = offset + trace.textLengths[token]!
    const own = text.slice(offset, end)
    const before = text[offset - 1] ?? ''
    texts[token] = own
    shown[token] = own === '' ? (token === count - 1 ? endGlyph : noTextGlyph) : visibleText(own)
    endsLine[token] = Number(own.includes('\n'))
    mayBreak[token] = Number(/^\s/.test(own) || /\s/.test(before))
    offset = end
  }
  return { count, trace, texts, shown, endsLine, mayBreak }
}
