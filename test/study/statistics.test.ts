import { describe, expect, test } from 'vitest'
import type { Cell, HeldOutSamples } from '../../src-main/study/cell.ts'
import {
  endMean,
  meanCurve,
  passDifference,
  passGain,
  passInterval,
  startInterval,
} from '../../src-main/study/statistics.ts'

const samples = (correct: readonly number[], n = 4): HeldOutSamples => ({
  n,
  correct: [...correct],
  greedy: 0,
  entropy: 1,
  entropyHigh: 2,
  entropyLow: 0,
  repetition: 0,
  meanLength: 10,
  truncated: 0,
})
const cell = (variant: string, seed: number, correct: readonly number[], entropy: (number | null)[] = []): Cell => ({
  variant,
  seed,
  curves: { entropy },
  heldOut: samples(correct),
})

describe('pass@k over seeds and problems', () => {
  test('the mean is that of the unbiased estimator', () => {
    expect(passInterval([cell('a', 1, [1, 4]), cell('a', 2, [0, 3])], 1).mean).toBeCloseTo(
      (0.25 + 1 + 0 + 0.75) / 4,
      12,
    )
    expect(startInterval(samples([1, 0]), 2).mean).toBeCloseTo(0.25, 12)
  })

  test('the interval holds the mean, is a function of the numbers alone, and closes when nothing varies', () => {
    const cells = [cell('a', 1, [1, 4, 2, 0, 3, 1]), cell('a', 2, [2, 4, 1, 0, 2, 0])]
    const interval = passInterval(cells, 1)
    expect(interval).toEqual(passInterval(cells, 1))
    expect(interval.low).toBeLessThan(interval.mean)
    expect(interval.high).toBeGreaterThan(interval.mean)
    const constant = passInterval([cell('a', 1, [2, 2]), cell('a', 2, [2, 2])], 1)
    expect(constant).toEqual({ mean: 0.5, low: 0.5, high: 0.5 })
  })

  test('differences pair seeds and problems', () => {
    const better = [1, 2, 3].map((seed) => cell('b', seed, [4, 1, 2]))
    const worse = [2, 3, 4].map((seed) => cell('a', seed, [3, 0, 1]))
    expect(passDifference(better, worse, 1)).toEqual({ interval: { mean: 0.25, low: 0.25, high: 0.25 }, seeds: 2 })
    expect(passDifference(better, [cell('a', 9, [0, 0, 0])], 1)).toBeUndefined()
  })
})

test('the gain over the start is that of the same problems', () => {
  expect(passGain([cell('a', 1, [2, 3]), cell('a', 2, [2, 3])], samples([1, 2]), 1)).toEqual({
    mean: 0.25,
    low: 0.25,
    high: 0.25,
  })
})

describe('curves', () => {
  const cells = [cell('a', 1, [], [4, 2, null, 2]), cell('a', 2, [], [0, 0, 6, 2])]

  test('mean and range over the seeds; a step that one seed lacks is the mean of the others', () => {
    expect(meanCurve(cells, 'entropy', 0)).toEqual([
      { step: 1, mean: 2, low: 0, high: 4 },
      { step: 2, mean: 1, low: 0, high: 2 },
      { step: 3, mean: 6, low: 6, high: 6 },
      { step: 4, mean: 2, low: 2, high: 2 },
    ])
    expect(meanCurve(cells, 'entropy', 1)[1]).toEqual({ step: 2, mean: 2.5, low: 2, high: 3 })
    expect(meanCurve(cells, 'kl', 0)).toEqual([])
  })

  test('the ends are means over steps and seeds', () => {
    const long = cell('a', 1, [], [9, 9, 9, 9, 9, 5, 1, 1, 1, 1, 1])
    expect([endMean([long], 'entropy', 'first'), endMean([long], 'entropy', 'last')]).toEqual([9, 1])
    expect(endMean([long], 'reward', 'last')).toBeUndefined()
  })
})
