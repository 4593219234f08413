import { expect, test } from 'vitest'
import { archerPaperRule, classifyTokens, quantile } from '../../src-main/rl/classify.ts'
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
  const classes = classifyTokens(batch, { ...archerPaperRule, ties })
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
  expect([...classifyTokens(batch, archerPaperRule)]).toEqual([1, 2, 0, 1, 0, 2, 0, 0, 0])
})

test('the source of the entropy is chosen', () => {
  const row = { advantage: 0, old: [0, 0], policy: [0, 0], entropies: [1, 2], policyEntropies: [2, 1] }
  expect([...classifyTokens(toBatch([row]), archerPaperRule)]).toEqual([1, 2])
  expect([...classifyTokens(toBatch([row]), { ...archerPaperRule, entropySource: 'policy' })]).toEqual([2, 1])
})
