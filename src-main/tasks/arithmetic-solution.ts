/**
 * Worked solutions, column by column from the right, one line an operation:
 *
 *     47+85: 7+5=12 4+8+1=13 =132        the carry of a column is written out in the next one
 *     47+85: 7+5=12 4+8=12 =122          a forgotten carry
 *     132-36: 12-6=6 13-3-1=9 1-0-1=0 =96        a short digit takes ten and leaves a borrow
 *     47+85: 7+5=13 4+8+1=13 =133        a slip of one
 *
 * Forgetting is the mistake children make most (Brown and Burton 1978, "Diagnostic models for procedural bugs"). What
 * follows a column's digits, `+` or `=`, decides there and then whether the answer can be right; all else is table
 * knowledge.
 */
import type { ArithmeticExpression } from './arithmetic.ts'

/** Mistakes of a solution, by operation and column. */
export interface Lapses {
  /** Leaves out the carry or borrow that this column owes to the next. */
  readonly forgets: (operation: number, column: number) => boolean
  /** Writes this column's value one too high. */
  readonly slips: (operation: number, column: number) => boolean
}

const noLapses: Lapses = { forgets: () => false, slips: () => false }

/** The solution text, ending in `#### result` as in GSM8K; a wrong result is carried on with. */
export function workedSolution({ terms, operators }: ArithmeticExpression, lapses: Lapses = noLapses): string {
  let total = terms[0]!
  let text = ''
  operators.forEach((operator, operation) => {
    const term = terms[operation + 1]!
    const { columns, result } = workColumns(total, operator, term, {
      forgets: (column) => lapses.forgets(operation, column),
      slips: (column) => lapses.slips(operation, column),
    })
    text += `${total}${operator}${term}: ${columns.join(' ')} =${result}\n`
    total = result
  })
  return `${text}#### ${total}`
}

type ColumnLapses = { readonly [Lapse in keyof Lapses]: (column: number) => boolean }

/** Column texts from the right, and the result read off them; the leading column keeps its ten. */
function workColumns(
  left: number,
  operator: '+' | '-',
  right: number,
  { forgets, slips }: ColumnLapses,
): { columns: string[]; result: number } {
  const length = Math.max(String(left).length, String(right).length)
  const work = operator === '+' ? addColumn : subtractColumn
  const columns: string[] = []
  let owed = 0
  let result = 0
  for (let column = 0; column < length; column++) {
    const { sum, value, owes } = work(digitAt(left, column), digitAt(right, column), owed, slips(column))
    const leading = column + 1 === length
    columns.push(`${sum}=${value}`)
    result += (leading ? value : value % 10) * 10 ** column
    owed = owes && !forgets(column) ? 1 : 0
  }
  return { columns, result }
}

function digitAt(value: number, column: number): number {
  return Math.floor(value / 10 ** column) % 10
}

interface Column {
  /** What is worked out, without its value. */
  readonly sum: string
  readonly value: number
  /** True when the next column owes a carry or a borrow to this one. */
  readonly owes: boolean
}

function addColumn(upper: number, lower: number, carry: number, slip: boolean): Column {
  const value = upper + lower + carry + Number(slip)
  return { sum: `${upper}+${lower}${carry ? '+1' : ''}`, value, owes: value >= 10 }
}

function subtractColumn(upper: number, lower: number, borrow: number, slip: boolean): Column {
  const short = upper - lower - borrow < 0
  const top = short ? upper + 10 : upper
  const value = (top - lower - borrow + Number(slip)) % 10
  return { sum: `${top}-${lower}${borrow ? '-1' : ''}`, value, owes: short }
}
