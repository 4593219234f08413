import type { Trace } from '../../src-preload/contract/trace.ts'

interface Response {
  readonly text: string
  readonly trace: Trace
}

/** Text of every token id of a response; an id without text of its own, such as a part of a character, is left out. */
function pieces({ text, trace: { ids, textLengths } }: Response): Map<number, string> {
  const found = new Map<number, string>()
  let at = 0
  for (const [token, id] of ids.entries()) {
    const end = at + textLengths[token]!
    if (end > at) found.set(id, text.slice(at, end))
    at = end
  }
  return found
}

/** Whether two responses may be of one tokenizer: no id stands for one text here and for another there. */
export function areCutAlike(one: Response, other: Response): boolean {
  const known = pieces(other)
  return [...pieces(one)].every(([id, text]) => (known.get(id) ?? text) === text)
}

/**
 * The token of another response that is in step with a token of this one: the same place where both are cut alike, else the one
 * at the same character; -1 where the other has ended.
 */
export function tokenInStep(from: Trace, token: number, to: Trace, alike: boolean): number {
  if (token < 0) return -1
  if (alike) return token < to.ids.length ? token : -1
  const character = from.textLengths.subarray(0, token).reduce((sum, length) => sum + length, 0)
  return tokenAtCharacter(to, character)
}

/** The token that holds a character of the response, or -1. */
function tokenAtCharacter({ textLengths }: Trace, at: number): number {
  let character = at
  return textLengths.findIndex((length) => {
    const isHere = character < length
    character -= length
    return isHere
  })
}

/**
 * The first token of each response that the other does not share, or those at the first other character where they are not cut alike;
 * -1 on a side that ends there. Null for responses that are the same.
 */
export function firstDifference(
  one: Response,
  other: Response,
  alike: boolean,
): readonly [left: number, right: number] | null {
  const [left, right] = alike ? [one.trace.ids, other.trace.ids] : [one.text, other.text]
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  if (at === left.length && at === right.length) return null
  if (!alike) return [tokenAtCharacter(one.trace, at), tokenAtCharacter(other.trace, at)]
  return [at < left.length ? at : -1, at < right.length ? at : -1]
}
