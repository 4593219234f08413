import { expect, test } from 'vitest'
import type { Trace } from '../../../src-preload/contract/trace.ts'
import { areCutAlike, firstDifference, tokenInStep } from '../../../src-renderer/heatmap/lock-step.ts'

function response(parts: readonly (readonly [id: number, text: string])[]) {
  const trace: Trace = {
    ids: Uint32Array.from(parts, ([id]) => id),
    textLengths: Uint16Array.from(parts, ([, text]) => text.length),
    rolloutLogprobs: new Float32Array(parts.length),
    entropies: new Float32Array(parts.length),
    flags: new Uint8Array(parts.length),
  }
  return { text: parts.map(([, text]) => text).join(''), trace }
}

const words = response([
  [1, 'the '],
  [2, 'sum '],
  [3, 'is'],
  [9, ''],
])
const letters = response([...'the sum'].map((letter, index) => [10 + index, letter] as const))
const otherWords = response([
  [1, 'a '],
  [2, 'sum '],
])

test('responses are cut alike unless an id stands for two texts', () => {
  expect(
    areCutAlike(
      words,
      response([
        [3, 'is'],
        [4, ' four'],
      ]),
    ),
  ).toBe(true)
  expect(areCutAlike(words, letters)).toBe(true)
  expect(areCutAlike(words, otherWords)).toBe(false)
})

test('in step is the same place, or the same character where the tokenizers differ', () => {
  expect(tokenInStep(words.trace, 2, letters.trace, true)).toBe(2)
  expect(tokenInStep(letters.trace, 6, words.trace, true)).toBe(-1)
  expect([0, 1, 2].map((token) => tokenInStep(words.trace, token, letters.trace, false))).toEqual([0, 4, -1])
  expect([0, 3, 4, 6].map((token) => tokenInStep(letters.trace, token, words.trace, false))).toEqual([0, 0, 1, 1])
  expect(tokenInStep(words.trace, -1, letters.trace, false)).toBe(-1)
})

test('responses part at the first token of another id, or at the first other character', () => {
  const other = response([
    [1, 'the '],
    [4, 'answer '],
  ])
  expect(firstDifference(words, other, true)).toEqual([1, 1])
  expect(firstDifference(words, words, true)).toBeNull()
  const shorter = response([
    [1, 'the '],
    [2, 'sum '],
  ])
  expect(firstDifference(words, shorter, true)).toEqual([2, -1])
  expect(firstDifference(words, letters, false)).toEqual([1, -1])
  expect(firstDifference(letters, response([[7, 'the song']]), false)).toEqual([5, 0])
})
