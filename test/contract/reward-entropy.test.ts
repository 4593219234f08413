import { expect, test } from 'vitest'
import { fitRewardEntropy } from '../../src-preload/contract/reward-entropy.ts'

test('the fit finds the law that made the points, and leaves gaps out', () => {
  const entropies = [1.2, 0.9, 0.6, null, 0.3, 0.1]
  const rewards = entropies.map((entropy) => (entropy === null ? 0.5 : 0.9 - 0.2 * Math.exp(entropy)))
  const fit = fitRewardEntropy([...rewards, null], [...entropies, 0.2])!
  expect([fit.a, fit.b, fit.ceiling, fit.rSquared].map((value) => Number(value.toFixed(9)))).toEqual([0.2, 0.9, 0.7, 1])
  expect(fit.steps).toBe(5)
})

test('what cannot be fitted is told apart', () => {
  expect(fitRewardEntropy([1, 2], [1, 2])).toBeNull()
  expect(fitRewardEntropy([1, 2, 3], [1, 1, 1])).toBeNull()
  expect(fitRewardEntropy([1, 0, 1, 0], [0, 0, 1, 1])!.rSquared).toBeCloseTo(0, 9)
})
