import {
  addRational,
  digitsOf,
  integer,
  integerDigits,
  multiplyRational,
  type Rational,
  rational,
  reciprocal,
} from '../rational.ts'
import type { Node } from './node.ts'

/**
 * The exact value of an expression of rational numbers, or why there is none: `undefined` (division by zero, arithmetic
 * with infinity), `inexact` (irrational, or with variables), `tooLarge` (over the limits below: refused unevaluated).
 */
export type Exact = Rational | 'undefined' | 'inexact' | 'tooLarge'

/** Most digits of an integer that is computed. */
const largestInteger = 100_000
/** Most digits of a fraction that is computed: its lowest terms cost the square of them. */
const largestFraction = 4_000
export const largestFactorial = 2000
/** Most digits computed for one expression, all its powers and factorials together. */
const mostDigits = 1_000_000

export function exactValue(node: Node, work: Work = { digits: mostDigits }): Exact {
  switch (node.kind) {
    case 'number':
      return node.value
    case 'constant':
      return node.name === 'infinity' ? 'undefined' : 'inexact'
    case 'symbol':
      return 'inexact'
    case 'sum':
      return fold(node.terms, integer(0), addRational, work)
    case 'product':
      return fold(node.factors, integer(1), multiplyRational, work)
    case 'negate':
      return combine(exactValue(node.of, work), integer(-1), multiplyRational)
    case 'quotient':
      return quotient(exactValue(node.top, work), exactValue(node.bottom, work))
    case 'power':
      return spend(power(exactValue(node.base, work), exactValue(node.exponent, work)), work)
    case 'call':
      return spend(call(node, work), work)
  }
}

const failures = ['undefined', 'tooLarge', 'inexact'] as const

const isRational = (value: Exact): value is Rational => typeof value === 'object'

function combine(a: Exact, b: Exact, work: (a: Rational, b: Rational) => Rational): Exact {
  if (isRational(a) && isRational(b)) return bounded(a, b, work)
  return failures.find((failure) => a === failure || b === failure) ?? 'inexact'
}

/** Refuses before the work when its result could be over the limits. */
function bounded(a: Rational, b: Rational, work: (a: Rational, b: Rational) => Rational): Exact {
  const whole = a.denominator === 1n && b.denominator === 1n
  if (digitsOf(a) + digitsOf(b) > (whole ? largestInteger : largestFraction)) return 'tooLarge'
  return work(a, b)
}

/** Digits that may still be computed for one expression. */
interface Work {
  digits: number
}

/** Takes the digits of a result from what may be computed. */
function spend(result: Exact, work: Work): Exact {
  if (!isRational(result)) return result
  work.digits -= digitsOf(result)
  return work.digits < 0 ? 'tooLarge' : result
}

function fold(
  parts: readonly Node[],
  start: Rational,
  join: (a: Rational, b: Rational) => Rational,
  work: Work,
): Exact {
  let result: Exact = start
  for (const part of parts) {
    const value = exactValue(part, work)
    if (work.digits < 0) return 'tooLarge'
    result = combine(result, value, join)
  }
  return result
}

function quotient(top: Exact, bottom: Exact): Exact {
  if (isRational(bottom) && bottom.numerator === 0n) return 'undefined'
  return combine(top, bottom, (a, b) => multiplyRational(a, reciprocal(b)))
}

function power(base: Exact, exponent: Exact): Exact {
  if (!isRational(base) || !isRational(exponent)) return combine(base, exponent, (a) => a)
  if (base.numerator === 0n) return exponent.numerator > 0n ? integer(0) : 'undefined'
  const { numerator, denominator } = exponent
  if (denominator === 1n) return integerPower(base, numerator)
  if (denominator > 64n) return 'inexact'
  const root = exactRoot(base, Number(denominator))
  return root ? integerPower(root, numerator) : 'inexact'
}

function integerPower(base: Rational, exponent: bigint): Exact {
  if (base.denominator === 1n && (base.numerator === 1n || base.numerator === -1n))
    return base.numerator === 1n || exponent % 2n === 0n ? integer(1) : integer(-1)
  const size = exponent < 0n ? -exponent : exponent
  if (size > BigInt(largestInteger) * 4n || Number(size) * (digitsOf(base) - 1) > largestInteger) return 'tooLarge'
  const result = { numerator: base.numerator ** size, denominator: base.denominator ** size }
  if (integerDigits(result.numerator) > largestInteger) return 'tooLarge'
  return exponent < 0n ? reciprocal(result) : result
}

/** The real n-th root of a rational when it is rational itself; null otherwise. */
function exactRoot(value: Rational, index: number): Rational | null {
  if (digitsOf(value) > largestFraction) return null
  if (value.numerator < 0n) return null
  const numerator = integerRoot(value.numerator, index)
  const denominator = integerRoot(value.denominator, index)
  return numerator === null || denominator === null ? null : { numerator, denominator }
}

/** The n-th root of a natural number when it is whole (Newton's method from above); null otherwise. */
function integerRoot(value: bigint, index: number): bigint | null {
  if (value < 2n) return value
  const n = BigInt(index)
  let guess = 1n << (BigInt(value.toString(2).length) / n + 1n)
  for (;;) {
    const next = ((n - 1n) * guess + value / guess ** (n - 1n)) / n
    if (next >= guess) return guess ** n === value ? guess : null
    guess = next
  }
}

function call({ name, argument, second }: Extract<Node, { kind: 'call' }>, work: Work): Exact {
  const value = exactValue(argument, work)
  const other = second ? exactValue(second, work) : null
  if (!isRational(value)) return value
  if (other !== null && !isRational(other)) return other
  switch (name) {
    case 'abs':
      return value.numerator < 0n ? { ...value, numerator: -value.numerator } : value
    case 'floor':
      return integer(floorOf(value))
    case 'ceil':
      return integer(-floorOf({ ...value, numerator: -value.numerator }))
    case 'sqrt':
      return exactRoot(value, 2) ?? 'inexact'
    case 'root':
      return rootOf(value, other)
    case 'factorial':
      return factorial(value)
    case 'choose':
      return other ? choose(value, other) : 'inexact'
    case 'exp':
      return value.numerator === 0n ? integer(1) : 'inexact'
    default:
      return 'inexact'
  }
}

function rootOf(value: Rational, index: Rational | null): Exact {
  if (index?.denominator !== 1n || index.numerator < 1n) return 'undefined'
  if (index.numerator > 64n) return 'inexact'
  const degree = Number(index.numerator)
  const odd = degree % 2 === 1 && value.numerator < 0n
  const root = exactRoot(odd ? { ...value, numerator: -value.numerator } : value, degree)
  return root ? { ...root, numerator: odd ? -root.numerator : root.numerator } : 'inexact'
}

const floorOf = ({ numerator, denominator }: Rational): bigint =>
  numerator >= 0n ? numerator / denominator : -((-numerator + denominator - 1n) / denominator)

function factorial({ numerator, denominator }: Rational): Exact {
  if (denominator !== 1n || numerator < 0n) return 'undefined'
  if (numerator > BigInt(largestFactorial)) return 'tooLarge'
  let result = 1n
  for (let factor = 2n; factor <= numerator; factor++) result *= factor
  return integer(result)
}

function choose(n: Rational, k: Rational): Exact {
  if (n.denominator !== 1n || k.denominator !== 1n || k.numerator < 0n || n.numerator < 0n) return 'undefined'
  if (k.numerator > n.numerator) return integer(0)
  if (n.numerator > BigInt(largestFactorial)) return 'tooLarge'
  const smaller = k.numerator * 2n > n.numerator ? n.numerator - k.numerator : k.numerator
  let result = rational(1n, 1n)
  for (let index = 1n; index <= smaller; index++)
    result = integer((result.numerator * (n.numerator - smaller + index)) / index)
  return result
}
