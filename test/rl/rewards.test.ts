import { expect, test } from 'vitest'
import { isConstantGroup } from '../../src-main/rl/filters.ts'
import { repetition } from '../../src-main/rl/repetition.ts'
import { overlongPenalty } from '../../src-main/rl/rewards.ts'
import { expectClose } from './batches.ts'

test.each([
  [100, 0],
  [16384, 0],
  [18432, -0.5],
  [20480, -1],
])('overlong punishment of %d tokens', (length, expected) => {
  const options = { maxLength: 20480, bufferLength: 4096, factor: 1 }
  expect(overlongPenalty(length, options)).toBe(expected)
  expect(overlongPenalty(length, { ...options, factor: 0.5 })).toBe(expected * 0.5)
  expect(overlongPenalty(length, { ...options, bufferLength: 0 })).toBe(0)
})

test('repetition counts windows already seen', () => {
  expect(repetition('a b a b a b', 2)).toEqual({ ratio: 0.6, maxFrequency: 3 })
  expect(repetition('A b\ta  B\na b ', 2)).toEqual({ ratio: 0.6, maxFrequency: 3 })
  const forty = repetition(new Array(40).fill('word').join(' '))
  expectClose([forty.ratio, forty.maxFrequency], [0.952380952, 21], 1e-9)
  expect(repetition(new Array(19).fill('word').join(' '))).toEqual({ ratio: 0, maxFrequency: 0 })
  expect(repetition('')).toEqual({ ratio: 0, maxFrequency: 0 })
})

test('a group is constant when every accuracy is the same', () => {
  expect(isConstantGroup([1, 1, 1])).toBe(true)
  expect(isConstantGroup([0, 0])).toBe(true)
  expect(isConstantGroup([0.5])).toBe(true)
  expect(isConstantGroup([1, 0, 1])).toBe(false)
})
