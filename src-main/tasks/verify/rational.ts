/** An exact number: numerator over a positive denominator, in lowest terms. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** Longest numeral read; a longer one is no answer but an attack on the arithmetic. */
const longestNumeral = 200

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
  const denominator = bottom === undefined ? { numerator: 1n, denominator: 1n } : parseDecimal(bottom)
  if (!numerator || !denominator || denominator.numerator === 0n) return null
  return reduce(
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
  return reduce(match[1] === '-' ? -digits : digits, 10n ** BigInt(fraction.length))
}

function reduce(numerator: bigint, denominator: bigint): Rational {
  const sign = denominator < 0n ? -1n : 1n
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator * sign)
  return { numerator: (numerator * sign) / divisor, denominator: (denominator * sign) / divisor }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b > 0n) [a, b] = [b, a % b]
  return a > 0n ? a : 1n
}
