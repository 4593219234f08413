import { expect, test } from 'vitest'
import { joinResponses, splitResponses } from '../../../src-renderer/pages/verifiers/split-responses.ts'

test('a line of dashes parts responses; dashes within a line do not', () => {
  expect(splitResponses('a\n---\nb -- c --- d\n-----  \n\n')).toEqual(['a', 'b -- c --- d'])
  expect(splitResponses(' \n')).toEqual([])
})

test('what is joined comes apart again', () => {
  const responses = ['one\nline and another', 'two']
  expect(splitResponses(joinResponses(responses))).toEqual(responses)
})
