import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  arithmeticLevels,
  drawExpression,
  generateArithmetic,
  partialResults,
  promptOf,
  splitOf,
} from '../../src-main/tasks/arithmetic.ts'
import { arithmeticCorpus } from '../../src-main/tasks/arithmetic-corpus.ts'
import { type Lapses, workedSolution } from '../../src-main/tasks/arithmetic-solution.ts'
import { numeric } from '../../src-main/tasks/verify/numeric.ts'

const options = { seed: 3, count: 300 } as const
const anyExpression = fc
  .tuple(fc.nat(1_000_000), fc.nat(arithmeticLevels.length - 1))
  .map(([index, level]) => drawExpression(5, index, level))

test('a problem set is a pure function of its options, and its ids and prompts are its own', () => {
  const problems = generateArithmetic({ ...options, split: 'train' })
  expect(problems).toEqual(generateArithmetic({ ...options, split: 'train' }))
  expect(problems).not.toEqual(generateArithmetic({ ...options, seed: 4, split: 'train' }))
  expect(new Set(problems.map(({ id }) => id)).size).toBe(options.count)
  expect(new Set(problems.map(({ prompt }) => prompt)).size).toBe(options.count)
})

test('the splits share no problem', () => {
  for (const split of ['train', 'heldout'] as const)
    for (const { prompt } of generateArithmetic({ ...options, split })) expect(splitOf(prompt)).toBe(split)
})

test('the dial chooses the level, and shares are kept', () => {
  const hardest = generateArithmetic({ ...options, split: 'train', levelShares: [0, 0, 0, 1] })
  expect(hardest.every(({ difficulty, expression }) => difficulty === 4 && expression.terms.length === 3)).toBe(true)
  const mixed = generateArithmetic({ seed: 3, count: 2000, split: 'train', levelShares: [0.5, 0, 0.5, 0] })
  const easy = mixed.filter(({ difficulty }) => difficulty === 1).length
  expect(easy / 2000).toBeCloseTo(0.5, 1)
})

test('asking for more problems than there are is refused', () => {
  const one = { seed: 1, split: 'heldout', levelShares: [1, 0, 0, 0] } as const
  expect(() => generateArithmetic({ ...one, count: 3000 })).toThrow(/fewer than 3000 different problems/)
})

test('the answer is what the prompt says, and no partial result is negative', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const terms = promptOf(expression)
        .match(/[+-]?\d+/g)!
        .map(Number)
      const results = partialResults(expression)
      expect(results.at(-1)).toBe(terms.reduce((sum, term) => sum + term, 0))
      expect(Math.min(...results)).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('work that forgets nothing is right, and its equations hold', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const text = workedSolution(expression)
      expect(numeric({ response: text, answer: String(partialResults(expression).at(-1)) }).correct).toBe(true)
      for (const [, left, right] of text.matchAll(/ (\d+(?:[+-]\d)+)=(\d+)/g))
        expect(left!.match(/[+-]?\d+/g)!.reduce((sum, term) => sum + Number(term), 0)).toBe(Number(right))
    }),
  )
})

test('the work, spelled out', () => {
  const expression = { terms: [47, 85, 36], operators: ['+', '-'] } as const
  expect(workedSolution(expression)).toBe('47+85: 7+5=12 4+8+1=13 =132\n132-36: 12-6=6 13-3-1=9 1-0-1=0 =96\n#### 96')
})

test('a forgotten carry or borrow is carried on with', () => {
  const expression = { terms: [47, 85, 36], operators: ['+', '-'] } as const
  const forgetting = (operation: number): Lapses => ({ forgets: (at) => at === operation, slips: () => false })
  expect(workedSolution(expression, forgetting(0))).toBe(
    '47+85: 7+5=12 4+8=12 =122\n122-36: 12-6=6 12-3-1=8 1-0-1=0 =86\n#### 86',
  )
  expect(workedSolution(expression, forgetting(1))).toBe(
    '47+85: 7+5=12 4+8+1=13 =132\n132-36: 12-6=6 3-3=0 1-0=1 =106\n#### 106',
  )
})

test('a slip of one is carried on with', () => {
  const slipping = (operation: number, column: number): Lapses => ({
    forgets: () => false,
    slips: (...at) => at[0] === operation && at[1] === column,
  })
  const expression = { terms: [47, 85, 36], operators: ['+', '-'] } as const
  expect(workedSolution(expression, slipping(0, 0))).toBe(
    '47+85: 7+5=13 4+8+1=13 =133\n133-36: 13-6=7 13-3-1=9 1-0-1=0 =97\n#### 97',
  )
  expect(workedSolution(expression, slipping(1, 1))).toBe(
    '47+85: 7+5=12 4+8+1=13 =132\n132-36: 12-6=6 13-3-1=0 1-0-1=0 =6\n#### 6',
  )
})

test('the corpus forgets as often as asked, and leaves held-out problems out', () => {
  const options = { seed: 2, count: 2000, levelShares: [1, 0, 0, 0], forgetShare: 0.3 }
  const corpus = arithmeticCorpus(options)
  expect(corpus).toEqual(arithmeticCorpus(options))
  expect(corpus.every(({ prompt }) => splitOf(prompt) === 'train')).toBe(true)
  const owing = corpus.filter(({ response }) => /: (\d\+\d=1\d|1\d-)/.test(response))
  const forgotten = owing.filter(({ response }) => !/[+-]1=/.test(response.split(' ')[2]!)).length / owing.length
  expect(forgotten).toBeGreaterThan(0.22)
  expect(forgotten).toBeLessThan(0.38)
})

test('the corpus slips as often as asked', () => {
  const corpus = arithmeticCorpus({ seed: 3, count: 1000, levelShares: [1, 0, 0, 0], forgetShare: 0, slipShare: 0.1 })
  const firstColumns = corpus.map(({ response }) => / (\d+)([+-])(\d)=(\d+)/.exec(response)!)
  const slipped = firstColumns.filter(([, left, sign, right, value]) => {
    const sum = sign === '+' ? Number(left) + Number(right) : Number(left) - Number(right)
    return Number(value) !== sum
  })
  expect(slipped.length / corpus.length).toBeGreaterThan(0.07)
  expect(slipped.length / corpus.length).toBeLessThan(0.13)
})
