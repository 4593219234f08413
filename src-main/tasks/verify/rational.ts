/** An exact number: numerator over a positive denominator, in lowest terms. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** Longest numeral read; a longer one is no answer but an attack on the arithmetic. */
const longestNumeral = 200

export const integer = (value: bigint | number): Rational => ({ numerator: BigInt(value), denominator: 1n })

/** Reads an integer, a decimal, a fraction `a/b`, thousands separators, a sign, a percent sign; null for anything else. */
export function parseRational(text: string): Rational | null {
  const plain = text
    .trim()
    .replace(/^\$|\$$/g, '')
    .replace(/[.,;]$/, '')
    .replace(/\s+/g, '')
    .replace(/−/g, '-')
  if (plain.length > longestNumeral) return null
  const percent = plain.endsWith('%')
  const [top, bottom, ...more] = plain.replace(/%$/, '').split('/')
  if (top === undefined || more.length > 0) return null
  const numerator = parseDecimal(top)
  const denominator = bottom === undefined ? integer(1) : parseDecimal(bottom)
  if (!numerator || !denominator || denominator.numerator === 0n) return null
  return rational(
    numerator.numerator * denominator.denominator,
    numerator.denominator * denominator.numerator * (percent ? 100n : 1n),
  )
}

export const equalRational = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator

function parseDecimal(text: string): Rational | null {
  const match = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?$/.exec(text)
  const whole = match?.[2]?.replaceAll(',', '') ?? ''
  const fraction = match?.[3] ?? ''
  if (!match || whole + fraction === '') return null
  const digits = BigInt(whole + fraction)
  return rational(match[1] === '-' ? -digits : digits, 10n ** BigInt(fraction.length))
}

/** A fraction in lowest terms; the denominator must not be zero. */
export function rational(numerator: bigint, denominator: bigint): Rational {
  if (denominator === 1n) return { numerator, denominator }
  const sign = denominator < 0n ? -1n : 1n
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator * sign)
  return { numerator: (numerator * sign) / divisor, denominator: (denominator * sign) / divisor }
}

export const addRational = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)

export const multiplyRational = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator)

/** One over a number that is not zero. */
export const reciprocal = (a: Rational): Rational =>
  a.numerator < 0n
    ? { numerator: -a.denominator, denominator: -a.numerator }
    : { numerator: a.denominator, denominator: a.numerator }

/** Decimal digits of the longer of numerator and denominator, to within one. */
export const digitsOf = (a: Rational): number => Math.max(integerDigits(a.numerator), integerDigits(a.denominator))

/** A hexadecimal digit is 1.204 decimal ones, and its text costs time linear in its length. */
export const integerDigits = (value: bigint): number => Math.ceil(value.toString(16).length * 1.2042)

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b > 0n) [a, b] = [b, a % b]
  return a > 0n ? a : 1n
}
