import { expect, test } from 'vitest'
import { growingSize } from '../../../src-main/engine/executors/cuda/growing.ts'
import { input, program, state, type Value } from '../../../src-main/engine/graph.ts'
import { cachedAttention } from '../../../src-main/engine/ops/attention.ts'
import { add } from '../../../src-main/engine/ops/elementwise.ts'
import { iota, reduceSum, reshape, size } from '../../../src-main/engine/ops/structure.ts'

const sizes = { heads: 2, keyValueHeads: 1, headDim: 4, batch: 'batch', time: 'past', blocks: 1 }
const q = input('q', ['batch', 8])
const [k, v] = [input('k', ['batch', 4]), input('v', ['batch', 4])]
const cache = (name: string, time = 'past') => state(name, [time, 'batch', 4])
const y = cachedAttention(q, k, v, cache('keys'), cache('values'), sizes)
const append = (name: string, value: Value) =>
  ({ state: name, value: reshape(value, [1, 'batch', 4]), mode: 'append' }) as const
const updates = [append('keys', k), append('values', v)]

test('the length of caches that only attention reads is one that grows', () => {
  expect(growingSize(program('decode', { y }, updates))).toBe('past')
})

test.each<[string, Value]>([
  ['something else reads a cache', reduceSum(cache('keys'), [0])],
  ['the length is a number of the graph', add(input('x', []), size('past'))],
  ['the length is the size of something', iota('past')],
  ['another input has that size', reduceSum(input('z', ['past']), [0])],
])('it is not where %s', (_, other) => {
  expect(growingSize(program('decode', { y, other }, updates))).toBeUndefined()
})

test('nor where nothing is appended', () => {
  expect(growingSize(program('attend', { y }))).toBeUndefined()
})
