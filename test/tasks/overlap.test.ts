import { expect, test } from 'vitest'
import { overlapOf } from '../../src-main/tasks/overlap.ts'

const frame = 'Solve the following problem step by step and write only the final number on the last line.'
const story = (name: string) =>
  `${name} buys four apples for two coins each and then gives half of the apples away to a friend`

test('the same text but for case, white space and punctuation is alike', () => {
  expect(overlapOf(['What is 2 + 3?', 'What is 7 + 8?'], ['what is  2+3', 'What is 9 + 9?'])).toEqual({
    alike: 1,
    passage: 0,
  })
})

test('signs of mathematics make a difference', () => {
  expect(overlapOf(['What is 2 + 3?'], ['What is 2 - 3?'])).toEqual({ alike: 0, passage: 0 })
})

test('a passage in common counts once, and not where the whole is alike', () => {
  const train = [story('Anna'), `${story('Ben')}.`]
  expect(overlapOf(train, [`Tell me this: ${story('Carl')}`, story('Ben')])).toEqual({ alike: 1, passage: 1 })
})

test('the frame of the prompts does not count', () => {
  const train = ['3+4', '5+6', '7+8'].map((sum) => `${frame} ${sum}`)
  expect(overlapOf(train, [`${frame} 9+9`])).toEqual({ alike: 0, passage: 0 })
})

test('nothing held out shares nothing', () => {
  expect(overlapOf(['a'], [])).toEqual({ alike: 0, passage: 0 })
})
