import { isMark } from './token-list.ts'
import type { Token } from './tokens.ts'
import { readUnit } from './words.ts'

/** A number's tokens without what stands behind them, and what that says. */
export interface Behind {
  readonly tokens: readonly Token[]
  readonly percent: boolean
  readonly unit: string | null
  readonly scale: bigint
}

const unitMarks = ['^', '{', '}', '/', '*', '(', ')', '-', '.']

/** Takes percent signs, ordinal endings and units from the end of an item; degree signs are the parser's. */
export function behindNumber(tokens: readonly Token[]): Behind {
  const start = phraseStart(tokens)
  const phrase = tokens.slice(start)
  const rest = withoutJoint(tokens.slice(0, start))
  if (phrase.length > 0 && rest.length > 0) {
    const upright = phrase.every((token) => token.type !== 'word')
    const unit = readUnit(phrase.map(({ text }) => (text === '*' ? '·' : text)).join(' '), upright)
    if (unit) {
      const inner = signsBehind(rest)
      return { ...inner, percent: inner.percent || unit.percent, unit: unit.family, scale: unit.scale }
    }
  }
  return signsBehind(tokens)
}

/** Where the trailing run of text, words and unit punctuation starts; the length when there is none. */
function phraseStart(tokens: readonly Token[]): number {
  const first = tokens.findIndex((token) => token.type === 'text' || token.type === 'word')
  if (first < 1) return tokens.length
  const isPart = (token: Token, index: number): boolean =>
    token.type === 'text' ||
    token.type === 'word' ||
    isMark(token, ...unitMarks) ||
    (token.type === 'number' && tokens.slice(first, first + index).some((earlier) => isMark(earlier, '^')))
  return tokens.slice(first).every(isPart) ? first : tokens.length
}

/** `5^{\text{th}}`: what joins the ending to the number goes with it. */
function withoutJoint(tokens: readonly Token[]): readonly Token[] {
  let end = tokens.length
  while (end > 0 && isMark(tokens[end - 1], '^', '{', '*', 'gap')) end--
  return tokens.slice(0, end)
}

function signsBehind(tokens: readonly Token[]): Behind {
  let end = tokens.length
  let percent = false
  while (end > 1 && isMark(tokens[end - 1], '%', 'gap')) percent = isMark(tokens[--end], '%') || percent
  // `20^\circ C`: the scale is no factor.
  const scale = tokens[end - 1]
  if (scale?.type === 'symbol' && /^[CFK]$/.test(scale.text) && isMark(tokens[end - 2], '°')) end--
  return { tokens: tokens.slice(0, end), percent, unit: null, scale: 1n }
}
