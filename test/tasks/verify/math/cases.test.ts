import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { grade, gradeAnswer } from '../../../../src-main/tasks/verify/math/grade.ts'

const options = { strictForm: false, lastNumber: false }
const fixture = (name: string): string[] =>
  readFileSync(new URL(`../../../fixtures/verifiers/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')

interface Case {
  readonly response: string
  readonly gold: string
  readonly expected: boolean
  readonly why: string
}

const json = <Row>(name: string): Row[] => fixture(name).map((line) => JSON.parse(line) as Row)

/** A sample of the cases by which verifiers are compared (fixtures/README in the project's shared folder). */
describe('the sample', () => {
  const cases = json<Case & { id: string; response_tail: string }>('math-cases.jsonl')
  test.each(cases)('$id: $why', ({ response_tail, gold, expected }) => {
    expect(grade({ response: response_tail, answer: gold }, options).correct).toBe(expected)
  })
})

describe('where the answer is', () => {
  test.each(json<Case>('math-responses.jsonl'))('$why: $response', ({ response, gold, expected }) => {
    const text = response.replace('PAD', 'so we go on and on. '.repeat(30_000))
    const verdict = grade({ response: text, answer: gold }, options)
    expect(verdict).toMatchObject({ correct: expected, score: expected ? 1 : 0 })
    expect(verdict.reason).not.toBe('')
  })
})

describe('answers and golds', () => {
  const variants = fixture('math-variants.txt').flatMap((line) => {
    const match = /^([=!]) (.*) \| (.*)$/.exec(line)
    return match ? [{ answer: match[2]!, gold: match[3]!, equal: match[1] === '=' }] : []
  })
  test('there are some', () => expect(variants.length).toBeGreaterThan(700))
  test.each(variants)('$answer against $gold: $equal', ({ answer, gold, equal }) => {
    const response = `So the answer is $\\boxed{${answer}}$.`
    expect(grade({ response, answer: gold }, options).correct).toBe(equal)
  })
})

test('a gold may be any of several', () => {
  expect(gradeAnswer(['2'], '["1", "2"]').correct).toBe(true)
  expect(gradeAnswer(['[1,2]'], '[1,2]').correct).toBe(true)
})

test('the last number counts only where it is asked for', () => {
  const item = { response: 'first 3, then 1,042', answer: '1042' }
  expect(grade(item, options)).toMatchObject({ correct: false, extracted: null })
  expect(grade(item, { ...options, lastNumber: true })).toMatchObject({ correct: true })
  expect(grade({ ...item, response: '\\boxed{}, 1042' }, { ...options, lastNumber: true }).correct).toBe(false)
})

test('a verdict says what was read', () => {
  expect(gradeAnswer(['\\{1,2\\}'], '\\{1,2,3\\}')).toMatchObject({
    parsed: expect.stringContaining('a list of 2'),
    reason: 'expected a list of 3 items, got a list of 2 items',
  })
})
