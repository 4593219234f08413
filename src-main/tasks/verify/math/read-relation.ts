import type { Node } from './node.ts'
import { parseExpression } from './parse.ts'
import { isMark, literalOf, splitTop, unwrap } from './token-list.ts'
import type { Token } from './tokens.ts'
import type { Relation, Value } from './value.ts'

const relationMarks: ReadonlySet<string> = new Set(['=', '<', '>', '≤', '≥', '≠', '≈', '∈'])
const comma: ReadonlySet<string> = new Set([','])
const colon: ReadonlySet<string> = new Set([':'])

type Read = (tokens: readonly Token[]) => Value

/** Reads an equation, an inequality or a membership; null when there is no relation sign outside brackets. */
export function readRelation(tokens: readonly Token[], literal: string, read: Read): Value | null {
  const { pieces, marks } = splitTop(tokens, relationMarks)
  if (marks.length === 0) return null
  const text: Value = { kind: 'text', literal }
  if (pieces.some((piece) => piece.length === 0)) return text
  if (marks.every((mark) => mark === '=' || mark === '≈')) return readEquation(pieces, marks, literal, read) ?? text
  if (marks.length === 1 && marks[0] === '∈') return nameOf(pieces[0]!) ? read(pieces[1]!) : text
  return readInequality(pieces, marks, literal) ?? text
}

function readInequality(pieces: readonly Token[][], marks: readonly string[], literal: string): Relation | null {
  const chain = marks.every((mark) => '<>≤≥'.includes(mark)) || (marks.length === 1 && marks[0] === '≠')
  const sides = pieces.map(parseExpression)
  if (!chain || !sides.every((side) => side !== null)) return null
  return { kind: 'relation', sides, operators: marks as Relation['operators'], literal }
}

/** `a = b`, `x = … = last`; what follows `≈` is dropped, unless a symbol stands before it. */
function readEquation(pieces: readonly Token[][], marks: readonly string[], literal: string, read: Read): Value | null {
  const firstName = nameOf(pieces[0]!)
  const approximate = marks.findIndex((mark, index) => mark === '≈' && !(index === 0 && firstName !== null))
  const exact = approximate < 0 ? pieces : pieces.slice(0, approximate + 1)
  if (exact.length === 1) return read(exact[0]!)
  const last = exact.at(-1)!
  if (firstName !== null) {
    const right = read(last)
    if (mentions(last, firstName)) return equationOf(pieces[0]!, right, null, literal)
    return equationOf(pieces[0]!, right, firstName, literal)
  }
  if (exact.length > 2) return null
  const lastName = nameOf(last)
  return lastName !== null && !mentions(exact[0]!, lastName)
    ? equationOf(last, read(exact[0]!), lastName, literal)
    : equationOf(exact[0]!, read(last), null, literal)
}

const equationOf = (left: readonly Token[], right: Value, name: string | null, literal: string): Value => ({
  kind: 'equation',
  name,
  left: leftNode(left),
  right,
  literal,
})

const leftNode = (tokens: readonly Token[]): Node | null => parseExpression(tokens)

const mentions = (tokens: readonly Token[], name: string): boolean =>
  tokens.some((token) => token.type === 'symbol' && token.text === name)

const isCapital = (token: Token): boolean => token.type === 'symbol' && /^[A-Z](?:_\w+)?'*$/.test(token.text)
const isVariable = (token: Token | undefined): boolean =>
  token?.type === 'symbol' && !['e', 'i', '\\pi'].includes(token.text)

/** The name that a side of an equation is, when it is one: `x`, `f(x)`, `AB`, `\angle ABC`, `(x,y)`, `V_1:V_2`, words. */
function nameOf(tokens: readonly Token[]): string | null {
  const body = tokens.filter(
    (token) => !(token.type === 'command' && ['angle', 'triangle', 'measuredangle'].includes(token.text)),
  )
  const [first, second] = body
  if (!first) return null
  if (body.length === 1 && isVariable(first)) return first.text
  const named =
    isSegment(body) ||
    (isVariable(first) && isArguments(body.slice(1))) ||
    isListOfNames(body) ||
    body.every((token) => token.type === 'text' || token.type === 'word' || isCapital(token) || isMark(token, 'of')) ||
    (first.type === 'symbol' &&
      isMark(second, '^') &&
      isArguments(body.slice(body.findIndex((token) => isMark(token, '(')))))
  return named ? literalOf(tokens) : null
}

/** Two or more capitals, `|AB|`, `[ABC]`, and `m` before an angle. */
function isSegment(tokens: readonly Token[]): boolean {
  const inner = isMark(tokens[0], '|', '[') && isMark(tokens.at(-1), '|', ']') ? tokens.slice(1, -1) : tokens
  const points = inner[0]?.text === 'm' ? inner.slice(1) : inner
  return points.length > 0 && points.length <= 6 && points.every(isCapital)
}

/** One pair of round brackets to the end, with no relation inside. */
function isArguments(tokens: readonly Token[]): boolean {
  const pair = unwrap(tokens)
  return pair?.open === '(' && pair.inner.length > 0 && !pair.inner.some((token) => isMark(token, '=', '<', '>'))
}

/** `(x, y)` and `V_1 : V_2`. */
function isListOfNames(tokens: readonly Token[]): boolean {
  const pair = unwrap(tokens)
  const { pieces, marks } = pair?.open === '(' ? splitTop(pair.inner, comma) : splitTop(tokens, colon)
  return (
    marks.length > 0 &&
    pieces.every(
      (piece) => (piece.length === 1 && isVariable(piece[0])) || (piece.length > 0 && piece.every(isCapital)),
    )
  )
}
