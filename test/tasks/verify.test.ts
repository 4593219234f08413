import { expect, test } from 'vitest'
import { exact } from '../../src-main/tasks/verify/exact.ts'
import { finalAnswer } from '../../src-main/tasks/verify/final-answer.ts'
import { numeric } from '../../src-main/tasks/verify/numeric.ts'
import { equalRational, parseRational } from '../../src-main/tasks/verify/rational.ts'

test.each([
  ['132', '47+85=132\n#### 132'],
  ['12', 'so \\boxed{12}.'],
  ['\\frac{1}{2}', 'first \\boxed{3}, then \\boxed{\\frac{1}{2}}'],
  ['42', 'Answer: 42\n'],
  ['7', 'the rest <think>#### 5</think> #### 7'],
])('reads %s', (expected, response) => {
  expect(finalAnswer(response)).toBe(expected)
})

test.each(['', '   ', '\n', '#### ', '<think>#### 5</think>'])('finds no answer in %j', (response) => {
  expect(finalAnswer(response)).toBeNull()
})

test.each([
  ['0.5', '1/2'],
  ['1,234', '1234'],
  ['-3', '−3'],
  ['007', '7'],
  ['50%', '0.5'],
  ['2.50', '5/2'],
  ['+4', '4.'],
])('%s equals %s', (left, right) => {
  expect(equalRational(parseRational(left)!, parseRational(right)!)).toBe(true)
})

test.each(['', '5 or 6', '12,34', '1/0', '1/2/3', 'x', '0x10', '1e999', '--3', '.', `${'9'.repeat(300)}`])(
  '%j is not a number',
  (text) => {
    expect(parseRational(text)).toBeNull()
  },
)

test.each([
  ['#### 132', '132', true],
  ['#### 132.0', '132', true],
  ['#### 133', '132', false],
  ['#### 0.3333333333', '1/3', false],
  ['#### 132 or 133', '132', false],
  ['', '132', false],
  ['132', '132', true],
  ['not 132', '132', false],
  ['47+85: 7+5=12\nmaybe 132', '132', false],
  ['#### 1', 'one', false],
])('numeric: %j against %j', (response, answer, correct) => {
  const verdict = numeric({ response, answer })
  expect(verdict).toMatchObject({ correct, score: correct ? 1 : 0 })
  expect(verdict.reason).not.toBe('')
})

test.each([
  ['Answer:  a   b ', 'a b', true],
  ['Answer: A b', 'a b', false],
  ['#### 1.0', '1', false],
])('exact: %j against %j', (response, answer, correct) => {
  expect(exact({ response, answer }).correct).toBe(correct)
})

test('long hostile text takes no time worth naming', () => {
  const response = `${'\\boxed{'.repeat(20_000)}${'<think>'.repeat(20_000)}${'='.repeat(20_000)}`
  expect(numeric({ response, answer: '1' }).correct).toBe(false)
})
