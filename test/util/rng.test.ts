import { expect, test } from 'vitest'
import { permutation, philox, randomStream, uniform, uniformInteger } from '../../src-main/util/rng.ts'

test('philox matches the known answers of the Random123 distribution', () => {
  expect(philox(0, 0, 0, 0, 0)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8])
  const ones = 0xffffffff
  const [a, b, c, d] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]
  // A seed holds 53 bits, so the all-ones key of the third vector is out of reach; the counter is not.
  expect(philox(0, ones, ones, ones, ones)).not.toEqual(philox(0, 0, 0, 0, 0))
  expect(philox(7, a, b, c, d)).toEqual(philox(7, a, b, c, d))
})

test('uniforms lie in [0, 1), fill the range evenly and depend on every counter', () => {
  const draws = Array.from({ length: 20_000 }, (_, row) => uniform(3, randomStream.sampling, 5, row, 7))
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...draws)).toBeLessThan(1)
  expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 2)
  expect(new Set(draws.map(Math.fround)).size).toBeGreaterThan(19_900)
  const base = uniform(3, randomStream.sampling, 1, 2, 3)
  for (const other of [
    uniform(4, 0, 1, 2, 3),
    uniform(3, 1, 1, 2, 3),
    uniform(3, 0, 2, 2, 3),
    uniform(3, 0, 1, 3, 3),
    uniform(3, 0, 1, 2, 4),
  ])
    expect(other).not.toBe(base)
})

test('a permutation holds every index once and follows from its arguments', () => {
  const order = permutation(1000, 11, 2)
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index))
  expect(permutation(1000, 11, 2)).toEqual(order)
  expect(permutation(1000, 11, 3)).not.toEqual(order)
  expect(uniformInteger(1, 1, 0, 9)).toBe(0)
})
