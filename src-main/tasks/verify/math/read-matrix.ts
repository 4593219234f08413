import { parseExpression } from './parse.ts'
import { isMark, splitTop } from './token-list.ts'
import { type Token, tokenize } from './tokens.ts'
import type { Value } from './value.ts'

const matrices = new Set(['matrix', 'pmatrix', 'bmatrix', 'Bmatrix', 'vmatrix', 'Vmatrix', 'smallmatrix', 'array'])
const lists = new Set(['cases', 'aligned', 'align', 'align*', 'gathered', 'gather', 'gather*', 'split', 'array'])
const rowMark: ReadonlySet<string> = new Set(['gap'])
const cellMark: ReadonlySet<string> = new Set(['&'])
const entryLimit = 256

/** Reads a matrix, a number times a matrix, or rows of equations; null when the tokens end in no such environment. */
export function readEnvironment(
  tokens: readonly Token[],
  literal: string,
  read: (tokens: readonly Token[]) => Value,
): Value | null {
  const closed = isMark(tokens.at(-1), ')', ']', '|', '⦄') ? tokens.slice(0, -1) : tokens
  const environment = closed.at(-1)
  if (environment?.type !== 'environment') return null
  const opener = closed.at(-2)
  const opened = isMark(opener, '(', '[', '|', '⦃')
  const before = closed.slice(0, opened ? -2 : -1)
  const rows = rowsOf(environment)
  if (!rows) return { kind: 'text', literal }
  const name = environment.family!
  const system = lists.has(name) && (name !== 'array' || (isMark(opener, '⦃') && closed === tokens))
  if (system) return before.length === 0 ? readSystem(rows, literal, read) : { kind: 'text', literal }
  if (!matrices.has(name)) return { kind: 'text', literal }
  const determinant = name === 'vmatrix' || name === 'Vmatrix' || isMark(opener, '|')
  return readMatrix(rows, before, literal, determinant, read)
}

/** Rows of cells; null when they are too many or cannot be cut into tokens. */
function rowsOf({ text, family }: Token): Token[][][] | null {
  const content = family === 'array' ? text.replace(/^\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}/, '') : text
  const tokens = tokenize(
    content
      .replace(/\\hline/g, '')
      .trim()
      .replace(/(?:\\\\\s*)+$/, ''),
    { thousands: true },
  )
  if (!tokens) return null
  const rows = splitTop(tokens, rowMark).pieces.map((row) => splitTop(row, cellMark).pieces)
  return rows.length * (rows[0]?.length ?? 0) > entryLimit ? null : rows
}

function readSystem(rows: readonly Token[][][], literal: string, read: (tokens: readonly Token[]) => Value): Value {
  // A second cell that is no continuation of its equation is the condition of a case.
  const piecewise = rows.some(
    (row) => row.length > 1 && !row.slice(1).every((cell) => isMark(cell[0], '=', '<', '>', '≤', '≥')),
  )
  if (piecewise) return { kind: 'text', literal }
  const lines = rows.map((row) => row.flat()).filter((line) => line.length > 0)
  const items = lines.map((line) => read(isMark(line.at(-1), ',', '.', ';') ? line.slice(0, -1) : line))
  return items.length === 1 ? items[0]! : { kind: 'list', items, joint: 'and', set: false, literal }
}

function readMatrix(
  rows: readonly Token[][][],
  before: readonly Token[],
  literal: string,
  determinant: boolean,
  read: (tokens: readonly Token[]) => Value,
): Value {
  const factor =
    before.length === 0 ? null : parseExpression(isMark(before.at(-1), '*') ? before.slice(0, -1) : signed(before))
  if (before.length > 0 && (!factor || determinant)) return { kind: 'text', literal }
  const cells = rows.map((row) => row.map(read))
  if (cells.some((row) => row.length !== cells[0]!.length)) return { kind: 'text', literal }
  if (!factor) return { kind: 'matrix', rows: cells, determinant, literal }
  const scaled = cells.map((row) =>
    row.map(
      (cell): Value =>
        cell.kind === 'expression' ? { ...cell, node: { kind: 'product', factors: [factor, cell.node] } } : cell,
    ),
  )
  return { kind: 'matrix', rows: scaled, determinant, literal }
}

/** A lone sign before a matrix is a factor of one. */
const signed = (tokens: readonly Token[]): readonly Token[] =>
  tokens.length === 1 && isMark(tokens[0], '-', '+')
    ? [tokens[0]!, { type: 'number', text: '1', spaced: false }]
    : tokens
