import type { HeatmapTokens } from './tokens.ts'

export interface Found {
  /** 1 for each token that a match touches. */
  readonly marks: Uint8Array
  /** First token of each match, ascending. */
  readonly starts: readonly number[]
}

const special = /[.*+?^${}()|[\]\\]/g

/** Where the response holds the words, upper or lower case; null for an empty search. */
export function searchTokens(tokens: HeatmapTokens, text: string, wanted: string): Found | null {
  if (wanted === '') return null
  const marks = new Uint8Array(tokens.count)
  const starts: number[] = []
  let token = 0
  let tokenStart = 0
  for (const { index, 0: match } of text.matchAll(new RegExp(wanted.replace(special, '\\$&'), 'giu'))) {
    const lengthOf = (one: number): number => tokens.trace.textLengths[one]!
    while (token < tokens.count && tokenStart + lengthOf(token) <= index) tokenStart += lengthOf(token++)
    if (token >= tokens.count) break
    starts.push(token)
    let at = tokenStart
    for (let touched = token; touched < tokens.count && at < index + match.length; touched++) {
      marks[touched] = 1
      at += lengthOf(touched)
    }
  }
  return { marks, starts }
}

/** The match after (or before) a token, going round; null without matches. */
export function nextMatch({ starts }: Found, token: number, backwards = false): number | null {
  const next = backwards ? starts.findLast((start) => start < token) : starts.find((start) => start > token)
  return next ?? (backwards ? starts.at(-1) : starts[0]) ?? null
}
