/**
 * Worked solutions in two styles, operation by operation.
 *
 *     47+85: 7+5=12 4+8+1=13 =132        careful: column by column from the right, the carry written out
 *     47+85=122                          hasty: each column on its own, the carry or borrow forgotten
 *
 * The hasty mistakes are two that children make (Brown and Burton 1978, "Diagnostic models for procedural bugs"): no
 * carry in addition, and smaller-from-larger in subtraction. Hasty work is right when no column carries or borrows.
 * The token after an operation's right-hand side decides its style: `:` careful, `=` hasty.
 */
import type { ArithmeticExpression } from './arithmetic.ts'

export type SolutionStyle = 'careful' | 'hasty'

/**
 * The solution text, ending in `#### result` as in GSM8K. A hasty result is carried on with, right or wrong.
 * `style(i)` is asked once for operation i; `slip(i, column)` true forgets the carry out of a column of careful work.
 */
export function workedSolution(
  { terms, operators }: ArithmeticExpression,
  style: (operation: number) => SolutionStyle,
  slip: (operation: number, column: number) => boolean = () => false,
): string {
  let total = terms[0]!
  let text = ''
  operators.forEach((operator, operation) => {
    const term = terms[operation + 1]!
    const head = `${total}${operator}${term}`
    if (style(operation) === 'hasty') {
      total = hastyResult(total, operator, term)
      text += `${head}=${total}\n`
    } else {
      const { columns, result } = carefulColumns(total, operator, term, (column) => slip(operation, column))
      total = result
      text += `${head}: ${columns.join(' ')} =${total}\n`
    }
  })
  return `${text}#### ${total}`
}

/** Digits from the right, padded with zeros to `length`. */
function digitsOf(value: number, length: number): number[] {
  return Array.from({ length }, (_, column) => Math.floor(value / 10 ** column) % 10)
}

function columnCount(left: number, right: number): number {
  return Math.max(String(left).length, String(right).length)
}

/** Each column by itself: sums without a carry (the leading column keeps its ten), differences without a sign. */
export function hastyResult(left: number, operator: '+' | '-', right: number): number {
  const length = columnCount(left, right)
  const upper = digitsOf(left, length)
  const lower = digitsOf(right, length)
  return upper.reduce((result, digit, column) => {
    const value = operator === '+' ? digit + lower[column]! : Math.abs(digit - lower[column]!)
    return result + (column + 1 < length ? value % 10 : value) * 10 ** column
  }, 0)
}

/** Column texts such as `7+5=12`, `4+8+1=13` or `12-6=6`, `13-3-1=9`, and the result read off them. */
function carefulColumns(
  left: number,
  operator: '+' | '-',
  right: number,
  slip: (column: number) => boolean,
): { columns: string[]; result: number } {
  const length = columnCount(left, right)
  const upper = digitsOf(left, length)
  const lower = digitsOf(right, length)
  let carry = 0
  let result = 0
  const columns = upper.map((digit, column) => {
    const { text, value, carryOut } =
      operator === '+' ? addColumn(digit, lower[column]!, carry) : subtractColumn(digit, lower[column]!, carry)
    const last = column + 1 === length
    result += (last ? value : value % 10) * 10 ** column
    carry = slip(column) && !last ? 0 : carryOut
    return text
  })
  return { columns, result }
}

interface Column {
  readonly text: string
  readonly value: number
  readonly carryOut: number
}

function addColumn(upper: number, lower: number, carry: number): Column {
  const value = upper + lower + carry
  return { text: `${upper}+${lower}${carry ? '+1' : ''}=${value}`, value, carryOut: value >= 10 ? 1 : 0 }
}

function subtractColumn(upper: number, lower: number, borrow: number): Column {
  const short = upper - lower - borrow < 0
  const top = short ? upper + 10 : upper
  const value = top - lower - borrow
  return { text: `${top}-${lower}${borrow ? '-1' : ''}=${value}`, value, carryOut: short ? 1 : 0 }
}
