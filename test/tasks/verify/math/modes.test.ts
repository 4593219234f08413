import { expect, test } from 'vitest'
import { math } from '../../../../src-main/tasks/verify/math.ts'
import type { VerifierOptions } from '../../../../src-preload/contract/verifier.ts'

type Mode = VerifierOptions<'math'>['mode']

const correct = (mode: Mode, response: string, answer: string): boolean =>
  math({ kind: 'math', mode, last_number: false })({ response, answer }).correct
const boxed = (answer: string): string => `so \\boxed{${answer}}`

test.each([
  ['\\frac{2}{3}', '\\frac{2}{3}', true],
  ['\\frac{4}{6}', '\\frac{2}{3}', false],
  ['-\\frac{2}{3}', '\\frac{-2}{3}', true],
  ['\\frac{4}{2}', '2', false],
  ['2.0', '2', true],
  ['2', '2', true],
  ['2', '\\frac{4}{2}', false],
  ['0.5', '\\frac12', true],
  ['\\sqrt{12}', '2\\sqrt3', true],
  ['(\\frac{4}{6},1)', '(\\frac23,1)', false],
])('strict form: %s against %s', (answer, gold, expected) => {
  expect(correct('strict_form', boxed(answer), gold)).toBe(expected)
})

test.each([
  ['5', '5', true, true],
  ['\\frac{1}{2}', '\\frac12', true, true],
  ['x=5', '5', true, true],
  ['10\\text{ cm}', '10', true, true],
  ['0.5', '\\frac{1}{2}', true, true],
  ['2\\sqrt3', '\\sqrt{12}', true, true],
  ['(1,2)', '(1, 2)', true, true],
  ['\\frac{4}{6}', '\\frac{2}{3}', false, true],
  ['2,1', '1,2', false, true],
  ['x^{10}', '(x^5)^2', false, true],
  ['6', '5', false, false],
])('archer: %s against %s, without and with the fallback', (answer, gold, without, withFallback) => {
  expect(correct('archer', boxed(answer), gold)).toBe(without)
  expect(correct('archer_with_fallback', boxed(answer), gold)).toBe(withFallback)
})

test('archer reads the second piece of a text with several ends of reasoning, and boxes only', () => {
  const response = '<think>a</think>\\boxed{4}</think>\\boxed{5}'
  expect(correct('archer', response, '4')).toBe(true)
  expect(correct('default', response, '5')).toBe(true)
  expect(correct('archer', 'Answer: 5', '5')).toBe(false)
})

test.each([
  ['Answer: 5', '5', true],
  ['Answer: $5$', '5', true],
  ['Answer: 1,000', '1000', true],
  ['Answer: x = 5', '5', true],
  ['Answer: 5 cm', '5', true],
  ['Answer: \\frac12', '\\frac{1}{2}', true],
  ['Answer: 0.5', '\\frac{1}{2}', false],
  ['\\boxed{5}', '5', false],
  [`Answer: 5${'.'.repeat(400)}`, '5', false],
  ['Answer: 4\nanswer: 5', '5', true],
])('dapo: %s against %s', (response, gold, expected) => {
  expect(correct('dapo', response, gold)).toBe(expected)
})

test('dapo with boxes reads one at the very end', () => {
  expect(correct('dapo_boxed', boxed('5'), '5')).toBe(true)
  expect(correct('dapo_boxed', boxed('5.0'), '5')).toBe(false)
  expect(correct('dapo_boxed', `${boxed('5')}${' and so on'.repeat(20)}`, '5')).toBe(false)
})
