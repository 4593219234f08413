/**
 * Worked solutions, column by column from the right, one line an operation:
 *
 *     47+85: 7+5=12 4+8+1=13 =132        the carry of a column is written out in the next one
 *     47+85: 7+5=12 4+8=12 =122          a forgotten carry
 *     132-36: 12-6=6 13-3-1=9 1-0-1=0 =96        a short digit takes ten and leaves a borrow
 *
 * Forgetting is the mistake children make most (Brown and Burton 1978, "Diagnostic models for procedural bugs"). What
 * follows a column's digits, `+` or `=`, decides there and then whether the answer can be right; all else is table
 * knowledge.
 */
import type { ArithmeticExpression } from './arithmetic.ts'

/**
 * The solution text, ending in `#### result` as in GSM8K; a wrong result is carried on with.
 * `forget(operation, column)` true leaves out the carry or borrow that this column owes to the next.
 */
export function workedSolution(
  { terms, operators }: ArithmeticExpression,
  forget: (operation: number, column: number) => boolean = () => false,
): string {
  let total = terms[0]!
  let text = ''
  operators.forEach((operator, operation) => {
    const term = terms[operation + 1]!
    const { columns, result } = workColumns(total, operator, term, (column) => forget(operation, column))
    text += `${total}${operator}${term}: ${columns.join(' ')} =${result}\n`
    total = result
  })
  return `${text}#### ${total}`
}

/** Column texts from the right, and the result read off them; the leading column keeps its ten. */
function workColumns(
  left: number,
  operator: '+' | '-',
  right: number,
  forget: (column: number) => boolean,
): { columns: string[]; result: number } {
  const length = Math.max(String(left).length, String(right).length)
  const work = operator === '+' ? addColumn : subtractColumn
  const columns: string[] = []
  let owed = 0
  let result = 0
  for (let column = 0; column < length; column++) {
    const { text, value, owes } = work(digitAt(left, column), digitAt(right, column), owed)
    const leading = column + 1 === length
    columns.push(text)
    result += (leading ? value : value % 10) * 10 ** column
    owed = owes && !forget(column) ? 1 : 0
  }
  return { columns, result }
}

function digitAt(value: number, column: number): number {
  return Math.floor(value / 10 ** column) % 10
}

interface Column {
  readonly text: string
  readonly value: number
  /** True when the next column owes a carry or a borrow to this one. */
  readonly owes: boolean
}

function addColumn(upper: number, lower: number, carry: number): Column {
  const value = upper + lower + carry
  return { text: `${upper}+${lower}${carry ? '+1' : ''}=${value}`, value, owes: value >= 10 }
}

function subtractColumn(upper: number, lower: number, borrow: number): Column {
  const short = upper - lower - borrow < 0
  const top = short ? upper + 10 : upper
  const value = top - lower - borrow
  return { text: `${top}-${lower}${borrow ? '-1' : ''}=${value}`, value, owes: short }
}
