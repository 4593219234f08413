/**
 * Counter-based randomness: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 * Every number is a pure function of a seed and four 32-bit counters, so nothing needs to be saved to resume.
 */
const multiplierA = 0xd2511f53
const multiplierB = 0xcd9e8d57
const weylA = 0x9e3779b9
const weylB = 0xbb67ae85
const rounds = 10

/** High 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16
  const aLow = a & 0xffff
  const bHigh = b >>> 16
  const bLow = b & 0xffff
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const middleLow = (middle & 0xffff) + aLow * bHigh
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(middleLow / 0x10000)) >>> 0
}

/**
 * Four uniform 32-bit words of the counter (a, b, c, d) under a seed (a non-negative safe integer).
 * Counters are taken modulo 2^32.
 */
export function philox(seed: number, a: number, b: number, c: number, d: number): [number, number, number, number] {
  let [x0, x1, x2, x3] = [a >>> 0, b >>> 0, c >>> 0, d >>> 0]
  let keyA = seed >>> 0
  let keyB = Math.floor(seed / 0x100000000) >>> 0
  for (let round = 0; round < rounds; round++) {
    const highA = multiplyHigh(multiplierA, x0)
    const lowA = Math.imul(multiplierA, x0) >>> 0
    const highB = multiplyHigh(multiplierB, x2)
    const lowB = Math.imul(multiplierB, x2) >>> 0
    x0 = (highB ^ x1 ^ keyA) >>> 0
    x1 = lowB
    x2 = (highA ^ x3 ^ keyB) >>> 0
    x3 = lowA
    keyA = (keyA + weylA) >>> 0
    keyB = (keyB + weylB) >>> 0
  }
  return [x0, x1, x2, x3]
}

/** Separate streams: the same counters under another stream give independent numbers. */
export const randomStream = {
  sampling: 0,
  order: 1,
  initialisation: 2,
  data: 3,
  adapter: 4,
  dropout: 5,
  selection: 6,
} as const
type Stream = (typeof randomStream)[keyof typeof randomStream]

/** Uniform in [0, 1) with 24 bits, exact in float32: a pure function of (seed, stream, a, b, c). */
export function uniform(seed: number, stream: Stream, a: number, b = 0, c = 0): number {
  return (philox(seed, a, b, c, stream)[0] >>> 8) / 0x1000000
}

/** Standard normal (Box–Muller), a pure function of (seed, stream, a, b, c). */
export function normal(seed: number, stream: Stream, a: number, b = 0, c = 0): number {
  const [first, second] = philox(seed, a, b, c, stream)
  return Math.sqrt(-2 * Math.log((first + 1) / 0x100000000)) * Math.cos((2 * Math.PI * second) / 0x100000000)
}

/** Integer in [0, bound), a pure function of its arguments. */
export function uniformInteger(bound: number, seed: number, stream: Stream, a: number, b = 0, c = 0): number {
  const [high, low] = philox(seed, a, b, c, stream)
  return Math.floor(((high * 0x200000 + (low >>> 11)) / 0x20000000000000) * bound)
}

/** A permutation of 0 … length − 1 (Fisher–Yates), a pure function of (length, seed, index). */
export function permutation(length: number, seed: number, index: number): Int32Array {
  const order = Int32Array.from({ length }, (_, position) => position)
  for (let last = length - 1; last > 0; last--) {
    const other = uniformInteger(last + 1, seed, randomStream.order, index, last)
    const kept = order[last]!
    order[last] = order[other]!
    order[other] = kept
  }
  return order
}
