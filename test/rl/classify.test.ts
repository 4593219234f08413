import { expect, test } from 'vitest'
import { archerPaperRule, type ClassRule, classFacts, classifyTokens, quantile } from '../../src-main/rl/classify.ts'
import { tokenClass } from '../../src-main/rl/methods/method.ts'
import { expectClose, toBatch } from './batches.ts'

const tenths = Array.from({ length: 10 }, (_, index) => (index + 1) / 10)
// Entropies, threshold, indices of reasoning tokens with ties counted and not counted.
const gate: [number[], number, number[], number[]][] = [
  [[0.1, 0.2, 0.3, 0.4, 0.5], 0.42, [4], [4]],
  [[0, 0, 0, 0, 1], 0.2, [4], [4]],
  [[0, 0, 0, 1, 1], 1, [3, 4], []],
  [[0, 0, 0, 0, 0], 0, [0, 1, 2, 3, 4], []],
  [[0.7], 0.7, [0], []],
  [[0.1, 0.9], 0.74, [1], [1]],
  [tenths, 0.82, [8, 9], [8, 9]],
]

function reasoningTokens(entropies: number[], ties: 'reasoning' | 'knowledge'): number[] {
  const batch = toBatch([{ advantage: 0, old: entropies, policy: entropies, entropies }])
  const { classes } = classifyTokens(batch, { ...archerPaperRule, ties })
  return [...classes.keys()].filter((token) => classes[token] === tokenClass.reasoning)
}

test.each(gate)('quantile gate of %j', (entropies, threshold, atOrAbove, above) => {
  expectClose(quantile(entropies, 0.8), threshold, 1e-12)
  expect(reasoningTokens(entropies, 'reasoning')).toEqual(atOrAbove)
  expect(reasoningTokens(entropies, 'knowledge')).toEqual(above)
})

test('quantile of no values and at the ends', () => {
  expect(quantile([], 0.8)).toBeNaN()
  expect(quantile([3, 1, 2], 0)).toBe(1)
  expect(quantile([3, 1, 2], 1)).toBe(3)
})

test('each response has its own threshold; masked tokens take no part, whatever they hold', () => {
  const row = { advantage: 0, old: [0, 0, 0], policy: [0, 0, 0] }
  const batch = toBatch([
    { ...row, entropies: [0.1, 0.2, 9], mask: [1, 1, 0] },
    { ...row, entropies: [5, Number.NaN, 6], mask: [1, 0, 1] },
    { ...row, entropies: [1, 2, 3], mask: [0, 0, 0] },
  ])
  expect([...classifyTokens(batch, archerPaperRule).classes]).toEqual([1, 2, 0, 1, 0, 2, 0, 0, 0])
})

test('the source of the entropy is chosen', () => {
  const row = { advantage: 0, old: [0, 0], policy: [0, 0], entropies: [1, 2], policyEntropies: [2, 1] }
  expect([...classifyTokens(toBatch([row]), archerPaperRule).classes]).toEqual([1, 2])
  expect([...classifyTokens(toBatch([row]), { ...archerPaperRule, entropySource: 'policy' }).classes]).toEqual([2, 1])
})

const two = [
  { advantage: 0, old: [0, 0, 0], policy: [0, 0, 0], entropies: [1, 2, 3], group: 0 },
  { advantage: 0, old: [0, 0, 0], policy: [0, 0, 0], entropies: [4, 5, 6], group: 0 },
  { advantage: 0, old: [0, 0, 0], policy: [0, 0, 0], entropies: [7, 8, 9], group: 1 },
]
const classesOf = (rule: Partial<ClassRule>): number[] => {
  const [batch, whole] = [toBatch(two), { ...archerPaperRule, quantile: 0.5, ...rule }]
  return [...classifyTokens(batch, whole, classFacts(batch, whole)).classes]
}

test('the scope says among which tokens the threshold is taken', () => {
  expect(classesOf({ scope: 'response' })).toEqual([1, 2, 2, 1, 2, 2, 1, 2, 2])
  expect(classesOf({ scope: 'prompt' })).toEqual([1, 1, 1, 2, 2, 2, 1, 2, 2])
  expect(classesOf({ scope: 'mini-batch' })).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2])
  expect(classesOf({ scope: 'rollout' })).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2])
})

test('a micro-batch has its own threshold; without micro-batches the whole is one', () => {
  const rule = { ...archerPaperRule, quantile: 0.5, scope: 'micro-batch' } as const
  const cut = { ...toBatch(two), microBatches: Int32Array.of(1, 0, 1) }
  const { classes, thresholds } = classifyTokens(cut, rule)
  expect([...classes]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2])
  expect([...thresholds]).toEqual([5, 5, 5])
  const apart = classifyTokens({ ...cut, microBatches: Int32Array.of(0, 0, 1) }, rule)
  expect([...apart.classes]).toEqual([1, 1, 1, 2, 2, 2, 1, 2, 2])
  expect([...apart.thresholds]).toEqual([3.5, 3.5, 8])
  expect(classesOf({ scope: 'micro-batch' })).toEqual(classesOf({ scope: 'mini-batch' }))
})

test('a rollout threshold holds for a part of the rollout', () => {
  const rule = { ...archerPaperRule, quantile: 0.5, scope: 'rollout' } as const
  const facts = classFacts(toBatch(two), rule)
  const { classes, thresholds } = classifyTokens(toBatch(two.slice(2)), rule, facts)
  expect([...classes]).toEqual([2, 2, 2])
  expect([...thresholds]).toEqual([5])
})

test('a threshold is an entropy; a fraction is an exact number of tokens, ties in order', () => {
  expect(classesOf({ statistic: 'threshold', threshold: 8 })).toEqual([1, 1, 1, 1, 1, 1, 1, 2, 2])
  expect(classesOf({ statistic: 'threshold', threshold: 8, ties: 'knowledge' })).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2])
  const equal = toBatch([{ advantage: 0, old: [0, 0, 0, 0], policy: [0, 0, 0, 0], entropies: [1, 1, 1, 1] }])
  const half = { ...archerPaperRule, quantile: 0.5, statistic: 'fraction' } as const
  expect([...classifyTokens(equal, half).classes]).toEqual([1, 1, 2, 2])
  expect([...classifyTokens(equal, { ...half, quantile: 0 }).classes]).toEqual([1, 2, 2, 2])
})
