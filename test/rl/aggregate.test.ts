import { expect, test } from 'vitest'
import { aggregationWeights, ownClassWeights } from '../../src-main/rl/aggregate.ts'
import { expectClose, toBatch, totalsOf } from './batches.ts'

const row = (length: number, mask?: number[]) => {
  const zeros = new Array<number>(length).fill(0)
  return { advantage: 0, old: zeros, policy: zeros, entropies: zeros, ...(mask ? { mask } : {}) }
}
const weighted = (weights: Float64Array, values: readonly number[]) =>
  values.reduce((sum, value, token) => sum + weights[token]! * value, 0)

test.each([
  ['token-mean', 1.833333333],
  ['seq-mean-token-mean', 1.75],
  ['seq-mean-token-sum', 5.5],
  ['seq-mean-token-sum-norm', 1.375],
] as const)('%s', (mode, expected) => {
  const rows = [row(4, [1, 1, 0, 0]), row(4)]
  const weights = aggregationWeights(mode, toBatch(rows), totalsOf(rows, 4))
  expectClose(weighted(weights, [1, 2, 99, 99, 0.5, 1.5, 2.5, 3.5]), expected, 1e-9)
  // verl divides the sum by the width alone, so its value is the batch size times ours.
  if (mode === 'seq-mean-token-sum-norm') expectClose(weighted(weights, [1, 2, 99, 99, 0.5, 1.5, 2.5, 3.5]) * 2, 2.75)
})

test('rows without tokens do not count', () => {
  const rows = [row(2), row(2, [0, 0])]
  expect([...aggregationWeights('seq-mean-token-mean', toBatch(rows), totalsOf(rows))]).toEqual([0.5, 0.5, 0, 0])
})

test("KL of a class over all tokens or over the class's own", () => {
  const rows = [row(5)]
  const classes = Uint8Array.of(1, 1, 1, 1, 2)
  const k3 = [0.1, 0.2, 0.3, 0.4, 0]
  expectClose(0.001 * weighted(aggregationWeights('token-mean', toBatch(rows), totalsOf(rows)), k3), 0.0002, 1e-12)
  expectClose(0.001 * weighted(ownClassWeights(classes, toBatch(rows), totalsOf(rows)), k3), 0.00025, 1e-12)
})
