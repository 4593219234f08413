import { randomStream, uniformInteger } from '../../../util/rng.ts'
import { Arithmetic, type Complex } from './complex.ts'
import { evaluate } from './evaluate.ts'
import { type Node, someNode, variablesOf } from './node.ts'

const digits = 64
const checkDigits = 128
/** Most relative difference of equal values, as a power of ten, at each number of digits. */
const tolerance = { [digits]: '1e-40', [checkDigits]: '1e-95' } as const
/** The same relative to the largest intermediate value: what is below it is rounding. */
const noise = { [digits]: '1e-52', [checkDigits]: '1e-112' } as const

const wantedPoints = 8
const neededPoints = 4
const triedPoints = 40

export type Agreement = 'equal' | 'different' | 'undecided'

/**
 * Compares two expressions by their values at random points, the same for both: rational and not whole, negative ones
 * and ones above 1 among them (whole where a factorial, a binomial or the power of a negative number asks for it). With
 * 64 digits, and those that agree once more with 128. Undecided when fewer than four points have both values.
 */
export function sampleEqual(left: Node, right: Node, variables: readonly string[]): Agreement {
  const logs = [left, right].some((node) => someNode(node, (part) => part.kind === 'call' && part.name === 'log'))
  const complex = [left, right].some((node) => someNode(node, isImaginary))
  const natural = sampleWith(left, right, variables, { logBase: 'e', complex })
  if (logs && natural !== 'equal') return sampleWith(left, right, variables, { logBase: '10', complex })
  // A constant that is not real may still be a number.
  const hidden = natural === 'undecided' && variables.length === 0 && !complex
  return hidden ? sampleWith(left, right, variables, { logBase: 'e', complex: true }) : natural
}

function sampleWith(
  left: Node,
  right: Node,
  variables: readonly string[],
  { logBase, complex }: { readonly logBase: 'e' | '10'; readonly complex: boolean },
): Agreement {
  const whole = wholeVariables([left, right], variables)
  const arithmetic = arithmeticOf(digits, complex)
  let compared = 0
  for (let index = 0; index < (variables.length === 0 ? 1 : triedPoints); index++) {
    const values = pointValues(variables, index, whole, arithmetic)
    const same = sameAt(left, right, { arithmetic, values, logBase })
    if (same === false) return 'different'
    if (same === true && compared < 2) {
      const check = arithmeticOf(checkDigits, complex)
      const again = sameAt(left, right, {
        arithmetic: check,
        values: pointValues(variables, index, whole, check),
        logBase,
      })
      if (again !== true) return 'different'
    }
    if (same === true) compared++
    if (compared >= wantedPoints) return 'equal'
  }
  return compared >= (variables.length === 0 ? 1 : neededPoints) ? 'equal' : 'undecided'
}

const cache = new Map<string, Arithmetic>()

function arithmeticOf(precision: number, complex: boolean): Arithmetic {
  const key = `${precision} ${complex}`
  const arithmetic = cache.get(key) ?? new Arithmetic(precision, complex)
  cache.set(key, arithmetic)
  return arithmetic
}

const isImaginary = (node: Node): boolean => node.kind === 'constant' && node.name === 'i'
const needsWhole = (node: Node): boolean =>
  node.kind === 'call' &&
  (node.name === 'factorial' || node.name === 'choose') &&
  someNode(node.name === 'choose' ? (node.second ?? node.argument) : node.argument, (part) => part.kind === 'symbol')

/** Variables that stand for whole numbers: all where a factorial or binomial asks for it, or those of `(-1)^n`. */
function wholeVariables(nodes: readonly Node[], variables: readonly string[]): ReadonlySet<string> {
  if (nodes.some((node) => someNode(node, needsWhole))) return new Set(variables)
  const whole = new Set<string>()
  for (const node of nodes)
    someNode(node, (part) => {
      if (part.kind === 'power' && isNegative(part.base)) for (const name of variablesOf(part.exponent)) whole.add(name)
      return false
    })
  return whole
}

const isNegative = (node: Node): boolean =>
  (node.kind === 'number' && node.value.numerator < 0n) || (node.kind === 'negate' && variablesOf(node.of).length === 0)

/** Whether both sides have the same value; null when one has none. */
function sameAt(left: Node, right: Node, point: Parameters<typeof evaluate>[1]): boolean | null {
  const { arithmetic } = point
  arithmetic.scale = arithmetic.zero
  const a = evaluate(left, point)
  const b = a && evaluate(right, point)
  if (!a || !b) return null
  return sameValue(a, b, arithmetic)
}

/** Whether two values are one up to rounding; `scale` of the arithmetic is what their computation saw. */
function sameValue(a: Complex, b: Complex, arithmetic: Arithmetic): boolean {
  const precision = arithmetic.digits === checkDigits ? checkDigits : digits
  const apart = largest(a.re.minus(b.re).abs(), a.im.minus(b.im).abs())
  if (apart.isZero()) return true
  const size = largest(largest(a.re.abs(), a.im.abs()), largest(b.re.abs(), b.im.abs()))
  return apart.lte(size.times(tolerance[precision])) || apart.lte(arithmetic.scale.times(noise[precision]))
}

const largest = (a: Complex['re'], b: Complex['re']): Complex['re'] => (a.gt(b) ? a : b)

/** Ranges of the points in turn, in hundredths: small, above one, negative, large. */
const ranges = [
  [5, 95],
  [105, 300],
  [-95, -5],
  [-400, -105],
  [305, 900],
  [-900, 900],
  [-200, 200],
  [20, 180],
] as const

const denominators = [97, 101, 103, 107, 109, 113] as const

function pointValues(
  variables: readonly string[],
  index: number,
  whole: ReadonlySet<string>,
  arithmetic: Arithmetic,
): ReadonlyMap<string, Complex> {
  const [low, high] = ranges[index % ranges.length]!
  return new Map(
    variables.map((name, position) => {
      const draw = (bound: number, salt: number): number =>
        uniformInteger(bound, seed, randomStream.data, index, position, salt)
      if (whole.has(name)) return [name, arithmetic.real(3 + draw(20, 0))]
      const denominator = denominators[(position + index) % denominators.length]!
      const numerator = Math.round(((low + draw(high - low, 1)) * denominator) / 100)
      const fraction = numerator % denominator === 0 ? numerator + 1 : numerator
      return [name, arithmetic.fraction(BigInt(fraction), BigInt(denominator))]
    }),
  )
}

/** Points are the same in every process, so that a verdict is a pure function of its item. */
const seed = 20_260_401

/**
 * Whether two expressions are proportional with a constant that is not zero: `positive`, `negative` or `complex`; null
 * when they are not, or either is zero everywhere.
 */
export function proportion(left: Node, right: Node, variables: readonly string[]): 'positive' | 'negative' | null {
  const complex = [left, right].some((node) => someNode(node, isImaginary))
  const arithmetic = arithmeticOf(digits, complex)
  let first: Complex | null = null
  let compared = 0
  for (let index = 0; index < triedPoints && compared < wantedPoints; index++) {
    const point = { arithmetic, values: pointValues(variables, index, new Set(), arithmetic), logBase: 'e' as const }
    arithmetic.scale = arithmetic.zero
    const a = evaluate(left, point)
    const b = a && evaluate(right, point)
    if (!a || !b) continue
    const zero = arithmetic.real(0)
    if (sameValue(a, zero, arithmetic) || sameValue(b, zero, arithmetic)) {
      if (sameValue(a, zero, arithmetic) && sameValue(b, zero, arithmetic)) continue
      return null
    }
    const ratio = arithmetic.divide(a, b)
    if (!ratio) continue
    arithmetic.scale = arithmetic.zero
    if (first && !sameValue(first, ratio, arithmetic)) return null
    first ??= ratio
    compared++
  }
  if (!first || compared < neededPoints) return null
  return first.re.isNegative() ? 'negative' : 'positive'
}
