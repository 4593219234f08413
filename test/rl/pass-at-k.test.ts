import { expect, test } from 'vitest'
import { averageAt, majorityAt, passAt, passAtK } from '../../src-main/rl/pass-at-k.ts'
import { expectClose } from './batches.ts'

test.each([
  [4, 1, 2, 0.5],
  [10, 3, 5, 0.916666667],
  [64, 1, 32, 0.5],
  [16, 4, 8, 0.961538462],
  [64, 0, 64, 0],
  [8, 7, 2, 1],
])('pass@k of n %d, correct %d, k %d', (n, correct, k, expected) => {
  expectClose(passAtK(n, correct, k), expected, 1e-9)
})

test('k = 1 is the average, k = n is any correct', () => {
  const correct = [0, 1, 3, 8]
  expectClose(passAt(correct, 8, 1).mean, averageAt(correct, 8).mean, 1e-12)
  expectClose(passAt(correct, 8, 8).mean, 0.75, 1e-12)
  expect(() => passAtK(4, 1, 5)).toThrow('1 ≤ k ≤ n')
})

test('standard error: root of unbiased variance over problems', () => {
  expectClose(averageAt([4, 0, 4, 0], 4).standardError, Math.sqrt(1 / 3 / 4), 1e-12)
  expect(averageAt([3], 4)).toEqual({ mean: 0.75, standardError: 0 })
  expect(averageAt([], 4)).toEqual({ mean: 0, standardError: 0 })
})

test('maj@k: most frequent answer of the first k; no answer has no vote; ties go to the first seen', () => {
  const votes = (...answers: (string | null)[]) => answers.map((answer) => ({ answer, correct: answer === '7' }))
  expect(majorityAt([votes('7', '7', '3')], 3).mean).toBe(1)
  expect(majorityAt([votes('7', '3', '3')], 3).mean).toBe(0)
  expect(majorityAt([votes('7', '3', '3')], 2).mean).toBe(1)
  expect(majorityAt([votes(null, null, '7'), votes(null, null)], 3).mean).toBe(0.5)
})
