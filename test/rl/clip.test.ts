import { expect, test } from 'vitest'
import { clippedLoss } from '../../src-main/rl/clip.ts'
import { klEstimators } from '../../src-main/rl/kl.ts'
import { clipFlag } from '../../src-main/rl/methods/method.ts'
import { expectClose } from './batches.ts'

const knowledge = { low: 0.2, high: 0.2, dual: 10 }
const reasoning = { low: 0.5, high: 0.5, dual: 10 }
// Archer, beta 0.001 for knowledge tokens: pi, old, ref, A, class, r, loss, gradient (NaN: on the bound), k3, its gradient, total.
const tokens: [number, number, number, number, 'K' | 'R', number, number, number, number, number, number][] = [
  [0.6, 0.5, 0.5, 1, 'K', 1.2, -1.2, Number.NaN, 0.01565489, 0.166666667, -1.199984345],
  [0.65, 0.5, 0.5, 1, 'K', 1.3, -1.2, 0, 0.031595034, 0.230769231, -1.199968405],
  [0.65, 0.5, 0.5, 1, 'R', 1.3, -1.3, -1.3, 0.031595034, 0.230769231, -1.3],
  [0.8, 0.5, 0.5, 1, 'R', 1.6, -1.5, 0, 0.095003629, 0.375, -1.5],
  [0.3, 0.5, 0.5, 1, 'K', 0.6, -0.6, -0.6, 0.155841043, -0.666666667, -0.599844159],
  [0.35, 0.5, 0.45, -1, 'K', 0.7, 0.8, 0, 0.034399857, -0.285714286, 0.8000344],
  [0.35, 0.5, 0.45, -1, 'R', 0.7, 0.7, 0.7, 0.034399857, -0.285714286, 0.7],
  [0.2, 0.5, 0.45, -1, 'R', 0.4, 0.5, 0, 0.439069784, -1.25, 0.5],
  [0.6, 0.05, 0.05, -1, 'R', 12, 10, 0, 1.568239983, 0.916666667, 10],
  [0.6, 0.05, 0.05, -1, 'K', 12, 10, 0, 1.568239983, 0.916666667, 10.00156824],
]

test.each(tokens)('token: pi %d, old %d, ref %d, A %d, %s', (pi, old, ref, advantage, kind, ...expected) => {
  const [ratio, loss, gradient, k3, k3Gradient, total] = expected
  const policy = clippedLoss(Math.log(pi / old), advantage, kind === 'K' ? knowledge : reasoning)
  const kl = klEstimators.k3(Math.log(pi), Math.log(ref))
  expectClose([policy.ratio, policy.loss], [ratio, loss], 1e-9)
  if (!Number.isNaN(gradient)) expectClose(policy.gradient, gradient, 1e-9)
  expectClose([kl.value, kl.gradient], [k3, k3Gradient], 1e-9)
  expectClose(policy.loss + (kind === 'K' ? 0.001 : 0) * kl.value, total, 1e-9)
})

const clipAt = (ratio: number, advantage: number, dual: number | null = null) =>
  clippedLoss(Math.log(ratio), advantage, { low: 0.2, high: 0.28, dual })

test('flags say which bound took the gradient; the other two corners are free', () => {
  expect(clipAt(1.3, 1).clip).toBe(clipFlag.high)
  expect(clipAt(0.7, -1).clip).toBe(clipFlag.low)
  expect(clipAt(3.1, -1, 3).clip).toBe(clipFlag.dual)
  for (const [ratio, advantage] of [
    [0.7, 1],
    [1.3, -1],
    [1.25, 1],
    [1.3, 0],
  ] as const) {
    expect(clipAt(ratio, advantage).clip).toBe(0)
    expectClose(clipAt(ratio, advantage).gradient, -advantage * ratio, 1e-12)
  }
})

test('dual clip bounds the loss of negative advantages only, and is off when null', () => {
  expectClose([clipAt(12, -1, 3).loss, clipAt(12, -1).loss, clipAt(1.2, 1, 1.1).loss], [3, 12, -1.2], 1e-9)
})

test('the log-ratio is held in [-20, 20] with no gradient outside', () => {
  const far = clippedLoss(-25, 1, knowledge)
  expectClose([far.ratio, far.gradient], [Math.exp(-20), 0], 1e-15)
  const wide = clippedLoss(25, -1, { low: 0.2, high: 0.2, dual: null })
  expect([wide.ratio, wide.loss, wide.gradient]).toEqual([Math.exp(20), Math.exp(20), 0])
})

test.each([
  [-0.2, 0.018730753, 0.181269247],
  [0.2, 0.021402758, -0.221402758],
  [-5, 4.006737947, 0.993262053],
  [3, 10, 0],
  [25, 10, 0],
  [-25, 10, 0],
  [2.6108, 10 - 0.0009, -12.6099],
])('k3 at d = %d', (d, value, gradient) => {
  const kl = klEstimators.k3(-1, -1 + d)
  expectClose([kl.value, kl.gradient], [value, gradient], d === 2.6108 ? 1e-3 : 1e-9)
})

test('k3+ has the value of k3 and the gradient of k2', () => {
  expect(klEstimators['k3+'](-1, -1.5)).toEqual({ value: klEstimators.k3(-1, -1.5).value, gradient: 0.5 })
})

test('k1 and k2', () => {
  expect(klEstimators.k1(-1, -1.5)).toEqual({ value: 0.5, gradient: 1 })
  expect(klEstimators.k2(-1, -1.5)).toEqual({ value: 0.125, gradient: 0.5 })
})
