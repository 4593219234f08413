import { cleanAnswer } from './clean.ts'
import { type Token, tokenize } from './tokens.ts'
import { commandOfWord } from './words.ts'

const openers = new Set(['(', '[', '{', '⦃', '⟨', '⌊', '⌈'])
const closers = new Set([')', ']', '}', '⦄', '⟩', '⌋', '⌉'])

export const isMark = (token: Token | undefined, ...texts: readonly string[]): boolean =>
  token?.type === 'mark' && texts.includes(token.text)

/** Pieces between the marks of `separators` outside all brackets, and those marks. */
export function splitTop(
  tokens: readonly Token[],
  separators: ReadonlySet<string>,
): { pieces: Token[][]; marks: string[] } {
  const pieces: Token[][] = [[]]
  const marks: string[] = []
  let depth = 0
  for (const token of tokens) {
    if (token.type === 'mark' && openers.has(token.text)) depth++
    if (token.type === 'mark' && closers.has(token.text)) depth = Math.max(0, depth - 1)
    if (depth === 0 && token.type === 'mark' && separators.has(token.text)) {
      pieces.push([])
      marks.push(token.text)
    } else pieces.at(-1)!.push(token)
  }
  return { pieces, marks }
}

/** What stands between an opening bracket at the start and its partner at the end; null when no such pair wraps all. */
export function unwrap(tokens: readonly Token[]): { open: string; close: string; inner: Token[] } | null {
  const open = tokens[0]
  const close = tokens.at(-1)
  if (open?.type !== 'mark' || close?.type !== 'mark' || !openers.has(open.text) || !closers.has(close.text))
    return null
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'mark') continue
    if (openers.has(token.text)) depth++
    if (closers.has(token.text)) depth--
    if (depth === 0 && index < tokens.length - 1) return null
  }
  return depth === 0 ? { open: open.text, close: close.text, inner: tokens.slice(1, -1) } : null
}

/** Upright text as tokens: a function name, plain mathematics (`\text{5}`), or words. */
export function expandText(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => {
    if (token.type !== 'text') return [token]
    const content = cleanAnswer(token.text)
    const command = commandOfWord(content)
    if (command) return [{ ...token, type: 'command' as const, text: command }]
    const words = /\p{L}{2}/u.test(content.replace(/\\[a-zA-Z]+/g, ''))
    const inner = tokenize(content, { thousands: true, words })
    return inner ? expandText(inner) : [{ ...token, type: 'word' as const, text: content }]
  })
}

/** The tokens in one spelling: single-token groups without braces, words apart and in lower case. */
export function literalOf(tokens: readonly Token[]): string {
  const expanded = expandText(tokens).filter((token) => !isMark(token, '"'))
  const worded = expanded.some((token) => token.type === 'word')
  let text = ''
  let afterWord = false
  for (const [index, token] of expanded.entries()) {
    const opens = isMark(token, '{') && isMark(expanded[index + 2], '}')
    const closes = isMark(token, '}') && isMark(expanded[index - 2], '{')
    if (opens || closes) continue
    const word = token.type === 'word'
    text += (word || afterWord) && text !== '' ? ` ${spelled(token)}` : spelled(token)
    afterWord = word
  }
  return (worded ? text.toLowerCase() : text).replace(/\s+/g, ' ').trim()
}

function spelled({ type, text, family }: Token): string {
  if (type === 'command') return `\\${text} `
  if (type === 'environment') return `\\begin{${family}}${text.replace(/\s+/g, '')}\\end{${family}}`
  return text === 'gap' ? ' ' : text
}
