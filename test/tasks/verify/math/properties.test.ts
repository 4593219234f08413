import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grade, gradeAnswer } from '../../../../src-main/tasks/verify/math/grade.ts'
import { math } from '../../../../src-main/tasks/verify/math.ts'
import { answer, brokenAnswer, expression } from './arbitraries.ts'

const options = { strictForm: false, lastNumber: false }
const seeded = { seed: 20_261_121, numRuns: 400 }
const equal = (gold: string, got: string): boolean => gradeAnswer([got], gold).correct

describe('whatever a response holds, there is a verdict', () => {
  const modes = ['default', 'strict_form', 'archer', 'archer_with_fallback', 'dapo', 'dapo_boxed'] as const
  test.each(modes)('%s', (mode) => {
    const verify = math({ kind: 'math', mode, last_number: true })
    const response = fc.oneof(
      brokenAnswer,
      brokenAnswer.map((text) => `so \\boxed{${text}}`),
      brokenAnswer.map((text) => `Answer: ${text}`),
      fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `\\boxed{${text}}`),
    )
    fc.assert(
      fc.property(response, fc.oneof(brokenAnswer, answer), (text, gold) => {
        const verdict = verify({ response: text, answer: gold })
        expect(verdict.score).toBe(Number(verdict.correct))
        expect(verdict.reason).not.toBe('')
      }),
      seeded,
    )
  })

  test.each([
    '{',
    '(',
    '\\left(',
    '\\frac{',
    '\\boxed{',
    '[',
    '\\{',
    '|',
    '^',
    '$',
    '\\sqrt',
    '-',
    ',',
    '9^',
    '!',
    '\\text{',
    '\\begin{pmatrix}',
    '(1,',
  ])('a megabyte of %s', (piece) => {
    const run = piece.repeat(Math.ceil(1_000_000 / piece.length))
    for (const response of [
      run,
      `\\boxed{${run}`,
      `\\boxed{${run}}`,
      `Answer: ${run}`,
      `\\boxed{${piece.repeat(500)}}`,
    ])
      expect(grade({ response, answer: '5' }, options).correct).toBe(false)
  })
})

describe('equality', () => {
  test('is reflexive', () => {
    fc.assert(
      fc.property(answer, (text) => {
        // A division by zero, and a root of what is negative everywhere, have no value to be equal in.
        fc.pre(!/\\frac|\\sqrt/.test(text))
        expect(equal(text, text), text).toBe(true)
      }),
      seeded,
    )
  })

  test('is symmetric', () => {
    fc.assert(
      fc.property(answer, answer, (a, b) => {
        expect(equal(a, b), `${a} against ${b}`).toBe(equal(b, a))
      }),
      seeded,
    )
  })

  test('is symmetric for what is hardly an answer', () => {
    fc.assert(
      fc.property(brokenAnswer, brokenAnswer, (a, b) => {
        fc.pre(!/[<>]|\\[lg]e|\\ne|\\boxed|####/.test(a + b))
        expect(equal(a, b), `${a} against ${b}`).toBe(equal(b, a))
      }),
      seeded,
    )
  })

  test.each([
    ['a + b', (a: string, b: string) => [`(${a}) + (${b})`, `(${b}) + (${a})`]],
    ['ab', (a: string, b: string) => [`(${a})(${b})`, `(${b})\\cdot(${a})`]],
    ['a − b', (a: string, b: string) => [`(${a}) - (${b})`, `-((${b}) - (${a}))`]],
    ['(a + b)²', (a: string, b: string) => [`((${a})+(${b}))^2`, `(${a})^2 + 2(${a})(${b}) + (${b})^2`]],
  ] as const)('%s keeps its value when it is written another way', (_, write) => {
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        fc.pre(!/\\frac|\\sqrt/.test(a + b))
        const [left, right] = write(a, b)
        expect(equal(left!, right!), `${left} against ${right}`).toBe(true)
      }),
      seeded,
    )
  })

  test('one more is another number, and another expression', () => {
    fc.assert(
      fc.property(expression, (a) => {
        expect(equal(a, `(${a}) + 1`), a).toBe(false)
      }),
      seeded,
    )
  })

  test('an integer equals itself in every spelling, and no other', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (value) => {
        const grouped = value.toString().replace(/\B(?=(\d{3})+$)/g, ',')
        const spellings = [
          grouped,
          grouped.replaceAll(',', '{,}'),
          `0${value}`,
          `${value}.0`,
          `\\frac{${2n * value}}{2}`,
          `$${value}$`,
        ]
        for (const spelling of spellings) {
          expect(equal(String(value), spelling), spelling).toBe(true)
          expect(equal(String(value + 1n), spelling), spelling).toBe(false)
        }
      }),
      seeded,
    )
  })
})
