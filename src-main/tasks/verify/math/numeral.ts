import { integer, type Rational, rational } from '../rational.ts'

/** Most digits of an integer that is read. */
const longestInteger = 5000

/**
 * The exact value of a number token (`12`, `0.5`, `0.1(6)` for a repeating 6, `1.5e3`); null when it has no digits or more
 * than the limit.
 */
export function numeralValue(text: string): Rational | null {
  const match = /^(\d*)(?:\.(\d*)(?:\((\d+)\))?)?(?:e([+-]?\d+))?$/.exec(text)
  if (!match) return null
  const [, whole = '', fraction = '', period = '', exponent = '0'] = match
  const power = Number(exponent)
  if (
    whole + fraction + period === '' ||
    whole.length + fraction.length + period.length + Math.abs(power) > longestInteger
  )
    return null
  const base = repeating(whole, fraction, period)
  if (power === 0) return base
  const scale = 10n ** BigInt(Math.abs(power))
  return power > 0
    ? rational(base.numerator * scale, base.denominator)
    : rational(base.numerator, base.denominator * scale)
}

function repeating(whole: string, fraction: string, period: string): Rational {
  const fixed = BigInt(`0${whole}${fraction}`)
  const scale = 10n ** BigInt(fraction.length)
  if (period === '') return scale === 1n ? integer(fixed) : rational(fixed, scale)
  const nines = 10n ** BigInt(period.length) - 1n
  return rational(fixed * nines + BigInt(period), scale * nines)
}
