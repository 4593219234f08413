import { describe, expect, test } from 'vitest'
import { choiceText, parseSteps } from '../../../src-renderer/chart/compare/chosen-steps.ts'
import { evaluationInterval, valueAt, valuesAt } from '../../../src-renderer/chart/compare/metric-at.ts'
import { groupBySeed } from '../../../src-renderer/chart/compare/seed-groups.ts'
import { seedStatistics } from '../../../src-renderer/chart/compare/seed-statistics.ts'
import { shortNames } from '../../../src-renderer/chart/end-labels.ts'
import { formatInUnit } from '../../../src-renderer/lib/format.ts'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { distinctNames } from '../../../src-renderer/lib/run-names.ts'

const columns = emptyColumns()
mergeSeries(columns, {
  runId: 'a',
  steps: [1, 2, 4],
  atMs: [0, 0, 0],
  elapsedMs: [0, 0, 0],
  values: { reward: [0.5, 0.9, 0.9], kl: [0.1, 0.2, null] },
})

describe('a metric at a chosen step', () => {
  test('the last is the last recorded, the best the earliest of the greatest', () => {
    expect(valueAt(columns, 'kl', 'last')).toEqual({ step: 2, value: 0.2, count: 1 })
    expect(valueAt(columns, 'reward', 'best')).toEqual({ step: 2, value: 0.9, count: 1 })
  })

  test('a metric of which more is not better has no best, and a step without a record no value', () => {
    expect(valueAt(columns, 'kl', 'best')).toBeNull()
    expect(valueAt(columns, 'reward', [[3, 3]])).toBeNull()
    expect(valueAt(columns, 'kl', [[4, 4]])).toBeNull()
    expect(valueAt(columns, 'reward', [[4, 4]])).toEqual({ step: 4, value: 0.9, count: 1 })
    expect(valueAt(columns, 'unknown', 'last')).toBeNull()
  })
})

describe('named steps', () => {
  test('are numbers and ranges; anything else is none', () => {
    expect(parseSteps('10, 20,40-60')).toEqual([
      [10, 10],
      [20, 20],
      [40, 60],
    ])
    expect(parseSteps('best')).toBe('best')
    for (const text of ['', 'ten', '5-3', '1,,2', '-4']) expect(parseSteps(text), text).toBeNull()
    expect([
      choiceText([[3, 3]]),
      choiceText([
        [1, 2],
        [4, 4],
      ]),
    ]).toEqual(['step 3', 'mean over steps 1–2, 4'])
  })

  test('are averaged over those that have a value', () => {
    expect(valueAt(columns, 'reward', [[1, 2]])).toEqual({ step: 2, value: 0.7, count: 2 })
    expect(valueAt(columns, 'kl', [[2, 9]])).toEqual({ step: 2, value: 0.2, count: 1 })
    expect(
      valuesAt(columns, 'reward', [
        [2, 3],
        [4, 4],
      ]).map(({ step }) => step),
    ).toEqual([2, 4])
  })
})

test('an evaluation has an interval where its error is stored, and a fraction stays one', () => {
  const stored = { 'eval/avg': 0.5, 'eval/avg/stderr': 0.1, 'eval/greedy': 0.99, 'eval/greedy/stderr': 0.02 }
  expect(evaluationInterval('eval/avg', stored)![0]).toBeCloseTo(0.304)
  expect(evaluationInterval('eval/greedy', stored)![1]).toBe(1)
  expect(evaluationInterval('eval/entropy', { 'eval/entropy': 1 })).toBeNull()
})

test('runs are grouped when nothing but seed, name and tags differs', () => {
  const run = (name: string, seed: number, rate: number) => ({ name, config: { name, seed, optimizer: { rate } } })
  const groups = groupBySeed([run('a', 1, 0.1), run('b', 1, 0.2), run('c', 2, 0.1)])
  expect(groups.map(({ name, runs }) => [name, runs.length])).toEqual([
    ['a, 2 seeds', 2],
    ['b', 1],
  ])
  const named = (...runs: [name: string, seed: number, rate: number][]) =>
    groupBySeed(runs.map((one) => run(...one))).map(({ name }) => name)
  expect(named(['a x1', 1, 0.1], ['a y2', 2, 0.1], ['b', 1, 0.2])).toEqual(['a, 2 seeds', 'b'])
  expect(named(['a x1', 1, 0.1], ['a y2', 2, 0.1], ['a z3', 1, 0.2], ['a u4', 2, 0.2])).toEqual([
    'a x1, 2 seeds',
    'a z3, 2 seeds',
  ])
  const alike = [1, 2, 1, 2].map((seed, index) => ({
    id: `a-${index}`,
    name: 'a',
    seed,
    learningRate: index < 2 ? 0.1 : 0.2,
  }))
  const twice = (names: readonly string[], rates: readonly number[]) =>
    groupBySeed(
      names.map((name, index) => ({ name, config: { seed: index % 2, optimizer: { rate: rates[index] } } })),
    ).map(({ name }) => name.replaceAll('\u00a0', '_'))
  expect(twice(distinctNames(alike), [1, 1, 2, 2])).toEqual(['a lr_0.1, 2 seeds', 'a lr_0.2, 2 seeds'])
  const same = distinctNames(alike.map((run) => ({ ...run, learningRate: 0.1 })))
  expect(twice(same, [1, 1, 2, 2])).toEqual(['a 0, 2 seeds', 'a 2, 2 seeds'])
})

test('grouping reads each config once', () => {
  let reads = 0
  const runs = Array.from({ length: 50 }, (_, index) => ({
    name: `run ${index}`,
    config: {
      get seed() {
        reads++
        return index
      },
      steps: index,
    },
  }))
  expect(groupBySeed(runs)).toHaveLength(50)
  expect(reads).toBe(50)
})

test('seeds have a mean with the range or the standard error of the mean', () => {
  expect(seedStatistics([1, 2, 6], 'range')).toEqual({ mean: 3, low: 1, high: 6 })
  // Unbiased variance of 1, 2, 6 is 7; the error is the root of 7/3.
  expect(seedStatistics([1, 2, 6], 'stderr')!.high).toBeCloseTo(3 + Math.sqrt(7 / 3))
  expect(seedStatistics([4], 'stderr')).toEqual({ mean: 4, low: 4, high: 4 })
  expect(seedStatistics([], 'range')).toBeNull()
})

test('a fraction is percent, and a small one keeps its digits', () => {
  const read = (value: number) => formatInUnit(value, 'fraction', 3)
  expect([0.77, 1, 0.0119, 0.000213, 0, -0.25].map(read)).toEqual([
    '77.0 %',
    '100.0 %',
    '1.19 %',
    '0.0213 %',
    '0 %',
    '−25.0 %',
  ])
  expect(formatInUnit(0.77, 'nats', 3)).toBe('0.77')
  expect(formatInUnit(null, 'fraction')).toBe('–')
})

test('names at the ends of lines lose what they begin with alike before they are cut', () => {
  expect(shortNames(['grpo', 'archer-arithmetic'], 18)).toEqual(['grpo', 'archer-arithmetic'])
  expect(shortNames(['archer-arithmetic-seed-1', 'archer-arithmetic-seed-2'], 18)).toEqual(['…1', '…2'])
  expect(shortNames(['archer-arithmetic one', 'archer-arithmetic one more of many words'], 18)).toEqual([
    '…one',
    '…one more of many…',
  ])
  expect(shortNames(['archer-arithmetic seed\u00a01', 'archer-arithmetic seed\u00a02'], 18)).toEqual([
    '…seed\u00a01',
    '…seed\u00a02',
  ])
  expect(shortNames(['a single name that goes on'], 18)).toEqual(['a single name tha…'])
})
