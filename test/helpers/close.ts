import { expect } from 'vitest'

/**
 * Fails unless both hold the same number of numbers and each pair differs by at most `tolerance` times the larger of 1
 * and the expected magnitude. Infinities and NaN must be equal.
 */
export function expectClose(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length, `${what}: number of elements`).toBe(expected.length)
  const wrong = Array.from({ length: expected.length }, (_, place) => place).filter((place) => {
    const [got, wanted] = [actual[place]!, expected[place]!]
    if (!Number.isFinite(wanted)) return !Object.is(got, wanted)
    return !(Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))
  })
  const shown = wrong.slice(0, 4).map((place) => `[${place}] got ${actual[place]}, expected ${expected[place]}`)
  expect(shown, `${what}: ${wrong.length} of ${expected.length} differ by more than ${tolerance}`).toEqual([])
}
