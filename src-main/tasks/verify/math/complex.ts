import { Decimal } from 'decimal.js'

/** A complex number; real arithmetic is that with an imaginary part of exactly zero. */
export interface Complex {
  readonly re: Decimal
  readonly im: Decimal
}

/** Largest decimal exponent of a power that is computed. */
const largestExponent = 100_000
/** Largest argument of sine and its kin: beyond it the digits of π would not do. */
const largestAngle = 1e12

/**
 * Arithmetic with a number of significant digits. Functions return null where a value is undefined, too large, or,
 * unless `complex`, not real. Principal branches.
 */
export class Arithmetic {
  readonly zero: Decimal
  readonly one: Decimal
  readonly pi: Decimal
  readonly complex: boolean
  readonly digits: number
  /** Largest magnitude that an addition or a periodic function saw: what rounding errors are relative to. */
  scale: Decimal
  readonly #decimal: typeof Decimal

  constructor(digits: number, complex: boolean) {
    this.#decimal = Decimal.clone({ precision: digits, maxE: 9e8, minE: -9e8, toExpNeg: -9e15, toExpPos: 9e15 })
    this.complex = complex
    this.digits = digits
    this.zero = new this.#decimal(0)
    this.one = new this.#decimal(1)
    this.pi = this.#decimal.acos(-1)
    this.scale = this.zero
  }

  real(value: Decimal.Value): Complex {
    return { re: new this.#decimal(value).plus(0), im: this.zero }
  }

  /** A quotient of integers, rounded once. */
  fraction(numerator: bigint, denominator: bigint): Complex {
    return { re: this.#integer(numerator).div(this.#integer(denominator)), im: this.zero }
  }

  /** The leading digits of an integer, so that a long one costs no long arithmetic. */
  #integer(value: bigint): Decimal {
    const text = value.toString()
    const kept = this.#decimal.precision + 20
    return text.length <= kept
      ? new this.#decimal(text)
      : new this.#decimal(`${text.slice(0, kept)}e${text.length - kept}`)
  }

  add(a: Complex, b: Complex): Complex {
    for (const part of [a.re, a.im, b.re, b.im]) this.#see(part)
    return { re: a.re.plus(b.re), im: a.im.plus(b.im) }
  }

  #see(value: Decimal): void {
    const size = value.abs()
    if (size.gt(this.scale)) this.scale = size
  }

  negate(a: Complex): Complex {
    return { re: a.re.neg(), im: a.im.neg() }
  }

  multiply(a: Complex, b: Complex): Complex {
    if (a.im.isZero() && b.im.isZero()) return { re: a.re.times(b.re), im: this.zero }
    const [first, second] = [a.re.times(b.re), a.im.times(b.im)]
    this.#see(first)
    return { re: first.minus(second), im: a.re.times(b.im).plus(a.im.times(b.re)) }
  }

  divide(a: Complex, b: Complex): Complex | null {
    if (this.#isZero(b)) return null
    if (b.im.isZero()) return { re: a.re.div(b.re), im: a.im.isZero() ? this.zero : a.im.div(b.re) }
    const size = b.re.times(b.re).plus(b.im.times(b.im))
    const product = this.multiply(a, { re: b.re, im: b.im.neg() })
    return { re: product.re.div(size), im: product.im.div(size) }
  }

  #isZero(a: Complex): boolean {
    return a.re.isZero() && a.im.isZero()
  }

  abs(a: Complex): Complex {
    if (a.im.isZero()) return { re: a.re.abs(), im: this.zero }
    return { re: a.re.times(a.re).plus(a.im.times(a.im)).sqrt(), im: this.zero }
  }

  exp(a: Complex): Complex | null {
    if (a.re.abs().gt(largestExponent * 2.3)) return null
    const size = a.re.exp()
    if (a.im.isZero()) return { re: size, im: this.zero }
    const direction = this.#direction(a.im)
    return direction && { re: size.times(direction.re), im: size.times(direction.im) }
  }

  #direction(angle: Decimal): Complex | null {
    if (angle.abs().gt(largestAngle)) return null
    this.#see(this.one)
    this.#see(angle)
    return { re: angle.cos(), im: angle.sin() }
  }

  ln(a: Complex): Complex | null {
    if (this.#isZero(a)) return null
    this.#see(this.one)
    if (a.im.isZero() && a.re.isPositive()) return { re: a.re.ln(), im: this.zero }
    if (!this.complex) return null
    return { re: this.abs(a).re.ln(), im: this.#decimal.atan2(a.im, a.re) }
  }

  sqrt(a: Complex): Complex | null {
    if (a.im.isZero()) {
      if (!a.re.isNegative() || a.re.isZero()) return { re: a.re.sqrt(), im: this.zero }
      return this.complex ? { re: this.zero, im: a.re.neg().sqrt() } : null
    }
    const half = this.ln(a)
    return half && this.exp({ re: half.re.div(2), im: half.im.div(2) })
  }

  /** The real root of an odd index of a negative number, else the principal root. */
  root(a: Complex, index: Complex): Complex | null {
    if (!index.im.isZero() || !index.re.isInteger() || index.re.lt(1) || index.re.gt(1000)) return null
    const odd = a.im.isZero() && a.re.isNegative() && index.re.mod(2).eq(1)
    if (this.#isZero(a)) return a
    const value = this.power(odd ? this.negate(a) : a, { re: this.one.div(index.re), im: this.zero })
    return odd && value ? this.negate(value) : value
  }

  power(base: Complex, exponent: Complex): Complex | null {
    if (this.#isZero(base)) return exponent.im.isZero() && exponent.re.gt(0) ? base : null
    const real = base.im.isZero() && exponent.im.isZero()
    const whole = exponent.im.isZero() && exponent.re.isInteger()
    if (real && (whole || base.re.isPositive())) return this.#realPower(base.re, exponent.re)
    if (whole && exponent.re.abs().lte(10_000)) return this.#wholePower(base, exponent.re.toNumber())
    if (!this.complex && base.im.isZero()) return null
    const log = this.ln(base)
    return log && this.exp(this.multiply(exponent, log))
  }

  #realPower(base: Decimal, exponent: Decimal): Complex | null {
    const size = Math.abs(base.toNumber())
    const magnitude = size > 0 && Number.isFinite(size) ? Math.log10(size) : base.e
    if (!(Math.abs(magnitude * exponent.toNumber()) <= largestExponent)) return null
    const result = base.pow(exponent)
    return result.isFinite() ? { re: result, im: this.zero } : null
  }

  #wholePower(base: Complex, exponent: number): Complex | null {
    let result: Complex = { re: this.one, im: this.zero }
    let square = base
    for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) result = this.multiply(result, square)
      if (left > 1) square = this.multiply(square, square)
    }
    if (!result.re.isFinite() || !result.im.isFinite()) return null
    return exponent < 0 ? this.divide({ re: this.one, im: this.zero }, result) : result
  }

  sin(a: Complex): Complex | null {
    if (a.im.isZero()) return this.#circular(a, (angle) => angle.sin())
    const [plus, minus] = this.#exponentials(a)
    const difference = plus && minus && this.add(plus, this.negate(minus))
    return difference && this.divide(difference, { re: this.zero, im: this.one.times(2) })
  }

  cos(a: Complex): Complex | null {
    if (a.im.isZero()) return this.#circular(a, (angle) => angle.cos())
    const [plus, minus] = this.#exponentials(a)
    return plus && minus && this.divide(this.add(plus, minus), this.real(2))
  }

  /** e^{ia} and e^{−ia}. */
  #exponentials(a: Complex): [Complex | null, Complex | null] {
    const turned = { re: a.im.neg(), im: a.re }
    return [this.exp(turned), this.exp(this.negate(turned))]
  }

  #circular(a: Complex, work: (angle: Decimal) => Decimal): Complex | null {
    if (a.re.abs().gt(largestAngle)) return null
    this.#see(this.one)
    this.#see(a.re)
    return { re: work(a.re), im: this.zero }
  }

  /** A function of one real argument; null outside its domain. */
  realFunction(a: Complex, work: (value: Decimal) => Decimal): Complex | null {
    if (!a.im.isZero() || a.re.abs().gt(largestAngle)) return null
    this.#see(this.one)
    const result = work(a.re)
    return result.isFinite() ? { re: result, im: this.zero } : null
  }
}
