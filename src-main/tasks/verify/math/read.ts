import { cleanAnswer } from './clean.ts'
import type { Node } from './node.ts'
import { parseExpression } from './parse.ts'
import { readLabel } from './read-label.ts'
import { readEnvironment } from './read-matrix.ts'
import { readRelation } from './read-relation.ts'
import { expandText, isMark, literalOf, splitTop, unwrap } from './token-list.ts'
import { type Token, tokenize } from './tokens.ts'
import { behindNumber } from './units.ts'
import type { Value } from './value.ts'

/** Longest answer that is read, characters; a longer one equals only the same text. */
const answerLimit = 4096
const listLimit = 256
const depthLimit = 64

const listMarks: ReadonlySet<string> = new Set([',', ';', 'or', 'and', 'gap', '&'])
const unionMark: ReadonlySet<string> = new Set(['∪'])
const ratioMark: ReadonlySet<string> = new Set([':'])
const commas: ReadonlySet<string> = new Set([',', ';'])
const bars: ReadonlySet<string> = new Set(['|', ':'])

/** Reads an answer into a typed value; what is no mathematics is text. `thousands`: whether `1,000` is one number. */
export function readAnswer(answer: string, thousands = true): Value {
  if (answer.length > answerLimit) return textOf(answer)
  const cleaned = cleanAnswer(answer)
  const tokens = cleaned.length > answerLimit ? null : tokenize(cleaned, { thousands })
  return tokens ? readTokens(tokens, 0) : textOf(cleaned)
}

const textOf = (text: string): Value => ({ kind: 'text', literal: text.replace(/\s+/g, '') })

/** Reads tokens as a whole answer: a list, or one item. */
function readTokens(tokens: readonly Token[], depth: number): Value {
  const trimmed = trim(tokens)
  const literal = literalOf(trimmed)
  if (depth > depthLimit) return { kind: 'text', literal }
  const braces = unwrap(trimmed)
  if (braces?.open === '{' && !braces.inner.some(isInfixFraction)) return readTokens(braces.inner, depth + 1)
  const label = readLabel(trimmed, (rest) => readTokens(rest, depth + 1))
  if (label) return label
  const pieces = listPieces(trimmed)
  if (pieces && pieces.items.length > listLimit) return { kind: 'text', literal }
  if (!pieces) return readItem(trimmed, depth)
  return listOf(
    pieces.items.map((item) => readItem(trim(item), depth + 1)),
    pieces.joint,
    literal,
  )
}

const isInfixFraction = ({ type, text }: Token): boolean => type === 'command' && (text === 'over' || text === 'choose')

function trim(tokens: readonly Token[]): Token[] {
  const isSpace = (token: Token): boolean => isMark(token, 'gap', '.')
  const start = tokens.findIndex((token) => !isSpace(token))
  const end = tokens.findLastIndex((token) => !isSpace(token))
  return start < 0 ? [] : tokens.slice(start, end + 1)
}

/** The items of a list with how they are joined; null when there is no separator, or nothing between two. */
function listPieces(tokens: readonly Token[]): { items: Token[][]; joint: ',' | 'or' | 'and' } | null {
  const { pieces, marks } = splitTop(tokens, listMarks)
  if (marks.length === 0) return null
  const items: Token[][] = []
  for (const [index, piece] of pieces.entries()) {
    const joined = marks[index - 1] === ',' && (marks[index] === 'and' || marks[index] === 'or')
    const gap = marks[index - 1] === 'gap' || marks[index] === 'gap'
    if (piece.length > 0) items.push(piece)
    else if (!joined && !gap) return null
  }
  if (items.length < 2) return null
  return { items, joint: marks.includes('or') ? 'or' : marks.includes('and') ? 'and' : ',' }
}

/** A list with nested lists (sets of a ±, `x = 1, 2`) taken apart. */
function listOf(items: readonly Value[], joint: ',' | 'or' | 'and', literal: string): Value {
  const flat = items.flatMap((item) => (item.kind === 'list' && !item.set ? item.items : [item]))
  return flat.length > listLimit ? { kind: 'text', literal } : { kind: 'list', items: flat, joint, set: false, literal }
}

/** Reads one item: no list separators outside its brackets. */
function readItem(tokens: readonly Token[], depth: number): Value {
  const literal = literalOf(tokens)
  if (depth > depthLimit) return { kind: 'text', literal }
  if (tokens.length === 1 && tokens[0]!.text === realNumbers) return wholeLine(literal)
  const wrapped = unwrap(tokens)
  if (wrapped?.open === '⦃') return readSet(wrapped.inner, depth, literal)
  if (tokens.some((token) => isMark(token, '±', '∓'))) return readBothSigns(tokens, depth, literal)
  const inner = (part: readonly Token[]): Value => readTokens(part, depth + 1)
  return (
    readRelation(tokens, literal, inner) ??
    readUnion(tokens, depth, literal) ??
    (wrapped && readBracketed(wrapped, depth, literal)) ??
    readEnvironment(tokens, literal, inner) ??
    readRatio(tokens, literal) ??
    readBased(literal) ??
    readNumber(tokens, literal) ??
    readUpright(tokens, depth, literal)
  )
}

const realNumbers = '\\mathbb{R}'

/** The real numbers as an interval. */
function wholeLine(literal: string): Value {
  const infinity: Node = { kind: 'constant', name: 'infinity' }
  const ends: readonly Node[] = [{ kind: 'negate', of: infinity }, infinity]
  const items = ends.map((node): Value => ({ kind: 'expression', node, percent: false, unit: null, literal: '' }))
  return { kind: 'tuple', open: '(', close: ')', items, literal }
}

/** `\{1, 2\}` is a list; `\{x \mid x > 1\}` is its condition. */
function readSet(inner: readonly Token[], depth: number, literal: string): Value {
  if (inner.length === 0) return { kind: 'list', items: [], joint: ',', set: true, literal }
  const { pieces, marks } = splitTop(inner, bars)
  if (marks.length === 1 && pieces[1]!.length > 0) {
    const condition = readTokens(pieces[1]!, depth + 1)
    return condition.kind === 'relation' ? condition : { kind: 'text', literal }
  }
  const value = readTokens(inner, depth + 1)
  const items = value.kind === 'list' && !value.set ? value.items : [value]
  return { kind: 'list', items, joint: ',', set: true, literal }
}

function readBothSigns(tokens: readonly Token[], depth: number, literal: string): Value {
  const signed = (plusMinus: string, minusPlus: string): Token[] =>
    tokens.map((token) => {
      if (isMark(token, '±')) return { ...token, text: plusMinus }
      return isMark(token, '∓') ? { ...token, text: minusPlus } : token
    })
  return listOf([readItem(signed('+', '-'), depth + 1), readItem(signed('-', '+'), depth + 1)], 'or', literal)
}

function readUnion(tokens: readonly Token[], depth: number, literal: string): Value | null {
  const { pieces, marks } = splitTop(tokens, unionMark)
  if (marks.length === 0) return null
  if (marks.length > listLimit || pieces.some((piece) => piece.length === 0)) return { kind: 'text', literal }
  return { kind: 'union', pieces: pieces.map((piece) => readItem(piece, depth + 1)), literal }
}

function readBracketed(
  { open, close, inner }: { open: string; close: string; inner: Token[] },
  depth: number,
  literal: string,
): Value | null {
  if (inner.length === 0 || !'([⟨'.includes(open)) return null
  const { pieces, marks } = splitTop(inner, commas)
  if (marks.length === 0) {
    const content = readTokens(inner, depth + 1)
    return content.kind === 'text' || content.kind === 'list' ? { kind: 'text', literal } : content
  }
  if (pieces.length > listLimit || pieces.some((piece) => piece.length === 0)) return { kind: 'text', literal }
  const items = pieces.map((piece) => readItem(piece, depth + 1))
  const variants = items.findIndex((item) => item.kind === 'list' && item.joint === 'or')
  return variants < 0 ? { kind: 'tuple', open, close, items, literal } : null
}

function readRatio(tokens: readonly Token[], literal: string): Value | null {
  const { pieces, marks } = splitTop(tokens, ratioMark)
  if (marks.length === 0) return null
  const parts = pieces.map(parseExpression)
  return parts.every((part) => part !== null) ? { kind: 'ratio', parts, literal } : { kind: 'text', literal }
}

const baseNames: ReadonlyMap<string, number> = new Map(
  'two three four five six seven eight nine ten eleven twelve'.split(' ').map((name, index) => [name, index + 2]),
)

/** `204_5`, `1A_{16}`, `204_{\text{five}}`. */
function readBased(literal: string): Value | null {
  const match = /^([0-9A-F]+)_([0-9]{1,2}|[a-z]+)$/i.exec(literal.replace(/[\s{}]/g, ''))
  if (!match || !/^[0-9]|[0-9]/.test(match[1]!)) return null
  const base = baseNames.get(match[2]!.toLowerCase()) ?? Number(match[2])
  const digits = match[1]!.toUpperCase().replace(/^0+(?=.)/, '')
  const fits = [...digits].every((digit) => Number.parseInt(digit, 36) < base)
  return base >= 2 && base <= 36 && fits ? { kind: 'based', digits, base, literal } : null
}

/** An expression, with what stands behind it taken as percent sign, degree sign or unit. */
function readNumber(tokens: readonly Token[], literal: string): Value | null {
  const behind = behindNumber(tokens)
  const expression = parseExpression(expandText(behind.tokens))
  if (!expression) return null
  const scale = behind.scale === 1n ? null : { numerator: behind.scale, denominator: 1n }
  const node = scale
    ? {
        kind: 'product' as const,
        factors: [expression, { kind: 'number' as const, value: scale, literal: String(behind.scale) }],
      }
    : expression
  return {
    kind: 'expression',
    node,
    percent: behind.percent,
    unit: behind.unit,
    literal: literalOf(behind.tokens) || literal,
  }
}

/** Upright text that is no unit, read as what it holds: `\text{A or B}` is a list. */
function readUpright(tokens: readonly Token[], depth: number, literal: string): Value {
  if (!tokens.some((token) => token.type === 'text')) return { kind: 'text', literal }
  return readTokens(expandText(tokens), depth + 1)
}
