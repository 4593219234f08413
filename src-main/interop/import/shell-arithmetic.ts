import type { ArithmeticExpression } from 'unbash'

/** Value of a variable inside `$(( ))`; null when it is not known. */
export type Lookup = (name: string) => string | null

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
}

/** The whole number that an arithmetic expression gives, or null where it rests on something that is not known. */
export function arithmetic(expression: ArithmeticExpression | undefined, lookup: Lookup): number | null {
  switch (expression?.type) {
    case 'ArithmeticWord':
      return wordNumber(expression.value, lookup)
    case 'ArithmeticGroup':
      return arithmetic(expression.expression, lookup)
    case 'ArithmeticBinary':
      return combined(expression, lookup)
    case 'ArithmeticUnary': {
      const value = arithmetic(expression.operand, lookup)
      if (value === null || !['-', '+', '!'].includes(expression.operator)) return null
      return expression.operator === '-' ? -value : expression.operator === '+' ? value : Number(value === 0)
    }
    case 'ArithmeticTernary': {
      const test = arithmetic(expression.test, lookup)
      return test === null ? null : arithmetic(test === 0 ? expression.alternate : expression.consequent, lookup)
    }
    default:
      return null
  }
}

function combined(
  { operator, left, right }: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>,
  lookup: Lookup,
): number | null {
  const [a, b] = [arithmetic(left, lookup), arithmetic(right, lookup)]
  const value = a === null || b === null ? undefined : binary[operator]?.(a, b)
  return value !== undefined && Number.isFinite(value) ? value : null
}

function wordNumber(word: string, lookup: Lookup): number | null {
  const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(word)?.[1]
  const text = name === undefined ? word : lookup(name)
  return text !== null && /^-?\d+$/.test(text.trim()) ? Number(text) : null
}
