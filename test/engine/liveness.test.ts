/** How much a run holds at once, against counts by hand. */
import { expect, test } from 'vitest'
import { input, program } from '../../src-main/engine/graph.ts'
import { peakBytes } from '../../src-main/engine/liveness.ts'
import { add, exp, mul } from '../../src-main/engine/ops/elementwise.ts'
import { matmul } from '../../src-main/engine/ops/matmul.ts'
import { reduceSum, reshape } from '../../src-main/engine/ops/structure.ts'

const sizes = new Map([['n', 100]])
const x = input('x', ['n'])

test('a chain holds a result and the one before it', () => {
  const y = exp(exp(exp(exp(x))))
  expect(peakBytes(program('chain', { y }), sizes)).toBe(2 * 400)
})

test('a result read later stays', () => {
  const first = exp(x)
  const y = mul(exp(exp(first)), first)
  expect(peakBytes(program('kept', { y }), sizes)).toBe(3 * 400)
})

test('a view takes nothing', () => {
  const y = exp(reshape(exp(x), [1, 'n']))
  expect(peakBytes(program('view', { y }), sizes)).toBe(2 * 400)
})

test('sums into state are done as soon as they can be and held no longer', () => {
  const steps = [exp(x)]
  for (let index = 0; index < 9; index++) steps.push(exp(steps.at(-1)!))
  const updates = steps.map((value, index) => ({
    state: `g${index}`,
    value: mul(value, value),
    mode: 'accumulate' as const,
  }))
  const total = steps.at(-1)!
  expect(peakBytes(program('updates', { total }, updates), sizes)).toBe(2 * 400)
  const held = program('outputs', Object.fromEntries(updates.map(({ state, value }) => [state, value])))
  expect(peakBytes(held, sizes)).toBeGreaterThanOrEqual(10 * 400)
})

test('sizes count all dims', () => {
  const a = input('a', ['n', 7])
  const product = matmul(a, a, { transB: true })
  expect(peakBytes(program('product', { y: reduceSum(add(product, product), [0, 1]) }), sizes)).toBe(2 * 40_000)
})
