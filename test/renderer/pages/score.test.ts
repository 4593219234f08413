import { expect, test } from 'vitest'
import { scoreTexts } from '../../../src-renderer/pages/score/score-numbers.ts'

test('the numbers of two models have the same decimals, and what these do not show is no difference', () => {
  expect(scoreTexts(1.000_004_94, 1)).toEqual(['1.000', '1.000', '0.000'])
  expect(scoreTexts(1.42, 12.345)).toEqual(['1.42', '12.35', '10.93'])
  expect(scoreTexts(-0.1234, -0.2)).toEqual(['−0.1234', '−0.2000', '−0.0766'])
  expect(scoreTexts(-4.94e-6, 0)).toEqual(['−0.00000494', '0.00000000', '0.00000494'])
  expect(scoreTexts(0, 0)).toEqual(['0', '0', '0'])
  expect(scoreTexts(Number.NaN, 1)[0]).toBe('–')
})
