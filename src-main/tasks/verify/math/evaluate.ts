import type { Arithmetic, Complex } from './complex.ts'
import { exactValue, largestFactorial } from './exact.ts'
import type { FunctionName, Node } from './node.ts'

/** Values of the free variables, and the arithmetic to use. */
export interface Point {
  readonly arithmetic: Arithmetic
  readonly values: ReadonlyMap<string, Complex>
  /** What `\log` without a base means. */
  readonly logBase: 'e' | '10'
}

/** The value of an expression at a point; null where it is undefined or too large. */
export function evaluate(node: Node, point: Point): Complex | null {
  const { arithmetic } = point
  switch (node.kind) {
    case 'number':
      return arithmetic.fraction(node.value.numerator, node.value.denominator)
    case 'constant':
      return constant(node.name, arithmetic)
    case 'symbol':
      return point.values.get(node.name) ?? null
    case 'negate': {
      const of = evaluate(node.of, point)
      return of && arithmetic.negate(of)
    }
    case 'sum':
      return fold(node.terms, point, (a, b) => arithmetic.add(a, b))
    case 'product':
      return fold(node.factors, point, (a, b) => arithmetic.multiply(a, b))
    case 'quotient':
      return both(node.top, node.bottom, point, (a, b) => arithmetic.divide(a, b))
    case 'power':
      return power(node.base, node.exponent, point)
    case 'call':
      return call(node, point)
  }
}

function constant(name: 'pi' | 'e' | 'i' | 'infinity', arithmetic: Arithmetic): Complex | null {
  if (name === 'infinity') return null
  if (name === 'pi') return { re: arithmetic.pi, im: arithmetic.zero }
  if (name === 'e') return arithmetic.exp({ re: arithmetic.one, im: arithmetic.zero })
  return { re: arithmetic.zero, im: arithmetic.one }
}

function fold(parts: readonly Node[], point: Point, work: (a: Complex, b: Complex) => Complex): Complex | null {
  let result: Complex | null = null
  for (const part of parts) {
    const value = evaluate(part, point)
    if (!value?.re.isFinite() || !value.im.isFinite()) return null
    result = result ? work(result, value) : value
  }
  return result
}

function both(
  first: Node,
  second: Node,
  point: Point,
  work: (a: Complex, b: Complex) => Complex | null,
): Complex | null {
  const a = evaluate(first, point)
  const b = a && evaluate(second, point)
  return a && b && work(a, b)
}

/** Powers of e go through the exponential; rational exponents of odd denominator stay with real roots where they can. */
function power(base: Node, exponent: Node, point: Point): Complex | null {
  if (base.kind === 'constant' && base.name === 'e') {
    const value = evaluate(exponent, point)
    return value && point.arithmetic.exp(value)
  }
  return both(base, exponent, point, (a, b) => point.arithmetic.power(a, b))
}

type Work = (arithmetic: Arithmetic, value: Complex) => Complex | null

const inverted =
  (work: Work): Work =>
  (arithmetic, value) => {
    const result = work(arithmetic, value)
    return result && arithmetic.divide(arithmetic.real(1), result)
  }
const ofInverse =
  (work: Work): Work =>
  (arithmetic, value) => {
    const inverse = arithmetic.divide(arithmetic.real(1), value)
    return inverse && work(arithmetic, inverse)
  }
const sin: Work = (arithmetic, value) => arithmetic.sin(value)
const cos: Work = (arithmetic, value) => arithmetic.cos(value)
const tan: Work = (arithmetic, value) => {
  const [top, bottom] = [arithmetic.sin(value), arithmetic.cos(value)]
  return top && bottom && arithmetic.divide(top, bottom)
}
const tanh: Work = (arithmetic, value) => arithmetic.realFunction(value, (x) => x.tanh())
const arccos: Work = (arithmetic, value) => arithmetic.realFunction(value, (x) => x.acos())
const arcsin: Work = (arithmetic, value) => arithmetic.realFunction(value, (x) => x.asin())
const arctan: Work = (arithmetic, value) => arithmetic.realFunction(value, (x) => x.atan())

const works: Readonly<Record<Exclude<FunctionName, 'root' | 'choose' | 'factorial' | 'log'>, Work>> = {
  sin,
  cos,
  tan,
  cot: inverted(tan),
  sec: inverted(cos),
  csc: inverted(sin),
  arcsin,
  arccos,
  arctan,
  arccot: (arithmetic, value) => {
    const angle = arctan(arithmetic, value)
    return angle && arithmetic.add({ re: arithmetic.pi.div(2), im: arithmetic.zero }, arithmetic.negate(angle))
  },
  arcsec: ofInverse(arccos),
  arccsc: ofInverse(arcsin),
  sinh: (arithmetic, value) => arithmetic.realFunction(value, (x) => x.sinh()),
  cosh: (arithmetic, value) => arithmetic.realFunction(value, (x) => x.cosh()),
  tanh,
  coth: inverted(tanh),
  exp: (arithmetic, value) => arithmetic.exp(value),
  ln: (arithmetic, value) => arithmetic.ln(value),
  sqrt: (arithmetic, value) => arithmetic.sqrt(value),
  abs: (arithmetic, value) => arithmetic.abs(value),
  floor: (arithmetic, value) => arithmetic.realFunction(value, (x) => x.floor()),
  ceil: (arithmetic, value) => arithmetic.realFunction(value, (x) => x.ceil()),
}

function call(node: Extract<Node, { kind: 'call' }>, point: Point): Complex | null {
  const { arithmetic } = point
  const value = evaluate(node.argument, point)
  if (!value) return null
  if (node.name === 'log') {
    const log = arithmetic.ln(value)
    const ten = point.logBase === '10' ? arithmetic.ln(arithmetic.real(10)) : arithmetic.real(1)
    return log && ten && arithmetic.divide(log, ten)
  }
  if (node.name === 'factorial') return factorial(value, arithmetic)
  if (node.name !== 'root' && node.name !== 'choose') return works[node.name](arithmetic, value)
  const second = node.second && evaluate(node.second, point)
  if (!second) return null
  return node.name === 'root' ? arithmetic.root(value, second) : choose(node, value, second, arithmetic)
}

function factorial({ re, im }: Complex, arithmetic: Arithmetic): Complex | null {
  if (!im.isZero() || !re.isInteger() || re.isNegative() || re.gt(largestFactorial)) return null
  const node: Node = { kind: 'number', value: { numerator: BigInt(re.toFixed()), denominator: 1n }, literal: '' }
  const exact = exactValue({ kind: 'call', name: 'factorial', argument: node })
  return typeof exact === 'object' ? arithmetic.fraction(exact.numerator, exact.denominator) : null
}

/** n (n − 1) … (n − k + 1) / k! for a whole k, whatever n is. */
function choose(
  { second }: Extract<Node, { kind: 'call' }>,
  n: Complex,
  k: Complex,
  arithmetic: Arithmetic,
): Complex | null {
  if (!second || !k.im.isZero() || !k.re.isInteger() || k.re.isNegative() || k.re.gt(200)) return null
  let result = arithmetic.real(1)
  for (let index = 0; index < k.re.toNumber(); index++) {
    const factor = arithmetic.divide(arithmetic.add(n, arithmetic.real(-index)), arithmetic.real(index + 1))
    if (!factor) return null
    result = arithmetic.multiply(result, factor)
  }
  return result
}
