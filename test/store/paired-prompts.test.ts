import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { pairedPrompts } from '../../src-main/store/paired-prompts.ts'
import { rolloutDetail } from '../../src-main/store/rollouts.ts'
import { createRun } from '../../src-main/store/runs.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import type { GroupRecord } from '../../src-preload/contract/record.ts'
import { signTest, winInterval } from '../../src-renderer/chart/compare/sign-test.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const group = (promptId: string, verdicts: readonly boolean[]): GroupRecord => ({
  promptId,
  prompt: `prompt ${promptId}`,
  answer: '1',
  filtered: false,
  rollouts: verdicts.map((correct) => ({
    text: 'x',
    reward: Number(correct),
    rewardParts: {},
    correct,
    extracted: null,
    reason: '',
    advantage: 0,
    tokens: 1,
    meanEntropy: 0,
    finishReason: 'eos',
    trace: null,
  })),
})

test('prompts of two runs are paired where their steps are nearest, the greatest difference first', () => {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  const record = (runId: string, step: number, groups: readonly GroupRecord[]) =>
    recordStep(db, { runId, step, atMs: step, elapsedMs: step, metrics: {}, groups })
  for (const id of ['left', 'right']) createRun(db, { id, config: runConfigSchema.parse({}), atMs: 0 })
  record('left', 1, [group('a', [true, true]), group('b', [true, true]), group('only-left', [true])])
  record('left', 2, [group('a', [false, false])])
  record('right', 1, [group('b', [false, true]), group('c', [true])])
  record('right', 2, [group('a', [true, true])])
  record('left', 3, [group('c', [true])])
  // A flip by a whisker comes before a greater difference on one side of the half.
  record('left', 5, [group('z', [false, true, false])])
  record('right', 5, [group('z', [true, true, false])])
  // The same id in another data set is another prompt.
  record('left', 4, [{ ...group('d', [true]), prompt: 'one' }])
  record('right', 4, [{ ...group('d', [true]), prompt: 'another' }])
  const { prompts, leftBetter, rightBetter, gained, lost, pairs } = pairedPrompts(db, 'left', 'right', 10)
  expect([prompts, leftBetter, rightBetter, gained, lost]).toEqual([4, 1, 2, 2, 0])
  expect(pairs.map((pair) => [pair.promptId, pair.leftStep, pair.leftAccuracy, pair.rightAccuracy])).toEqual([
    ['a', 2, 0, 1],
    ['z', 5, 1 / 3, 2 / 3],
    ['b', 1, 1, 0.5],
    ['c', 3, 1, 1],
  ])
  const verdicts = pairs.map((pair) => [pair.leftId, pair.rightId].map((id) => rolloutDetail(db, id).summary.correct))
  expect(verdicts.slice(0, 3)).toEqual([
    [false, true],
    [false, true],
    [true, false],
  ])
})

test('of equally near groups the later ones are paired, and the mean step of each side is told', () => {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  const sampled = {
    left: { a: [1, 4, 9], b: [2, 12], once: [3] },
    right: { a: [1, 5, 6], b: [2, 8, 12], once: [7] },
  }
  for (const [runId, prompts] of Object.entries(sampled)) {
    createRun(db, { id: runId, config: runConfigSchema.parse({}), atMs: 0 })
    const steps = [...new Set(Object.values(prompts).flat())].sort((a, b) => a - b)
    for (const step of steps) {
      const groups = Object.entries(prompts).flatMap(([id, at]) => (at.includes(step) ? [group(id, [true])] : []))
      recordStep(db, { runId, step, atMs: step, elapsedMs: step, metrics: {}, groups })
    }
  }
  const { pairs, leftMeanStep, rightMeanStep } = pairedPrompts(db, 'left', 'right', 10)
  expect(pairs.map((pair) => [pair.promptId, pair.leftStep, pair.rightStep])).toEqual([
    ['a', 1, 1],
    ['b', 12, 12],
    ['once', 3, 7],
  ])
  expect([leftMeanStep, rightMeanStep]).toEqual([16 / 3, 20 / 3])
})

test('the sign test is exact, for few and for many prompts', () => {
  expect(signTest(0, 0)).toBe(1)
  expect(signTest(5, 5)).toBe(1)
  // 2 * (1 + 6) / 64
  expect(signTest(5, 1)).toBeCloseTo(0.21875, 12)
  expect(signTest(0, 10)).toBeCloseTo(2 / 1024, 12)
  expect(signTest(1100, 900)).toBeGreaterThan(0)
  expect(signTest(1100, 900)).toBeLessThan(1e-4)
})

test('the interval of the share of wins is Wilson’s', () => {
  expect(winInterval(0, 0)).toBeNull()
  const [low, high] = winInterval(9, 1)!
  // Wilson's score interval of 9 of 10, as tables give it.
  expect(low).toBeCloseTo(0.5958, 3)
  expect(high).toBeCloseTo(0.9821, 3)
  expect(winInterval(0, 5)![0]).toBeCloseTo(0, 12)
})
