import { isMark, literalOf } from './token-list.ts'
import type { Token } from './tokens.ts'
import type { Value } from './value.ts'

const letter = /^[A-Ja-j]$/

/** Letter of a token that is one, upright or not. */
const letterOf = (token: Token | undefined): string | null => {
  const text = token?.text.trim() ?? ''
  return (token?.type === 'symbol' || token?.type === 'text') && letter.test(text) ? text : null
}

/** Reads a multiple-choice answer: `(C)`, `\textbf{(C)}\ 12`, `C. 12`, `Option C`; null for anything else. */
export function readLabel(tokens: readonly Token[], read: (rest: readonly Token[]) => Value): Value | null {
  const named = tokens[0]?.type === 'word' && /^(?:option|choice|answer)$/i.test(tokens[0].text)
  const label = labelOf(named ? tokens.slice(1) : tokens, named)
  if (!label) return null
  const rest = tokens.slice((named ? 1 : 0) + label.length)
  if (rest.length > 0 && !startsContent(rest[0]!)) return null
  return {
    kind: 'choice',
    letter: label.letter,
    content: rest.length === 0 ? null : read(rest),
    literal: literalOf(tokens),
  }
}

function labelOf(tokens: readonly Token[], named: boolean): { letter: string; length: number } | null {
  const [first, second, third] = tokens
  if (first?.type === 'text') {
    const bracketed = /^\s*\(?\s*([A-Ja-j])\s*\)?\s*[.:)]?\s*$/.exec(first.text)?.[1]
    const marked = /[().:]/.test(first.text) || tokens.length === 1
    if (bracketed && marked) return { letter: bracketed, length: 1 }
  }
  const inner = letterOf(second)
  if (isMark(first, '(', '[') && isMark(third, ')', ']') && inner) return { letter: inner, length: 3 }
  const bare = letterOf(first)
  if (!bare || bare < 'A' || bare > 'J') return null
  if (named && tokens.length === 1) return { letter: bare, length: 1 }
  if (isMark(second, '.', ')') && tokens.length > 1) return { letter: bare, length: 2 }
  const labelled = isMark(second, ':') && !tokens.slice(2).some((token) => isMark(token, ':', '='))
  return labelled && third && startsContent(third) && third.type !== 'symbol' ? { letter: bare, length: 2 } : null
}

/** Whether a token can begin what a label stands before, rather than go on with an expression. */
const startsContent = (token: Token): boolean =>
  token.type !== 'mark' ? token.type !== 'symbol' || token.spaced : isMark(token, ':', '.', '⦃', 'gap')
