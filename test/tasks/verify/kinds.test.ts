import { expect, onTestFinished, test } from 'vitest'
import { startVerifyPool } from '../../../src-main/tasks/verify/pool.ts'
import type { Verdict } from '../../../src-main/tasks/verify/verdict.ts'
import { verifierSchema } from '../../../src-preload/contract/verifier.ts'

async function verdict(config: unknown, response: string, answer: string): Promise<Verdict> {
  const pool = startVerifyPool(verifierSchema.parse(config), { workers: 1 })
  onTestFinished(() => pool.dispose())
  const [first] = await pool.verify([{ response, answer }])
  return first!
}

test.each([
  ['\\boxed{C}', 'C', true],
  ['\\boxed{\\text{(c)}}', 'C', true],
  ['Answer: (C) because', 'C', true],
  ['\\boxed{B}', 'C', false],
  ['\\boxed{B or C}', 'C', false],
  ['\\boxed{12}', 'C', false],
  ['I cannot say', 'C', false],
  ['\\boxed{C}', '12', false],
])('choice: %s against %s', async (response, answer, correct) => {
  expect(await verdict({ kind: 'choice' }, response, answer)).toMatchObject({ correct, reason: expect.any(String) })
})

test.each([
  [{ pattern: 'Result: (\\d+)' }, 'result: 42', '42', true],
  [{ pattern: 'Result: (\\d+)', flags: '' }, 'result: 42', '42', false],
  [{ pattern: 'Result: (\\d+)' }, 'result: 41', '42', false],
  [{ pattern: '\\bdone\\b', compare: 'match' }, 'all done.', '42', true],
  [{ pattern: '\\bdone\\b', compare: 'match' }, 'undone', '42', false],
])('regex %j on %s', async (options, response, answer, correct) => {
  expect(await verdict({ kind: 'regex', ...options }, response, answer)).toMatchObject({ correct })
})

test('a pattern that backtracks for ever costs its item only', async () => {
  const config = { kind: 'regex', pattern: '^(a+)+$', compare: 'match' }
  expect(await verdict(config, `${'a'.repeat(60)}b`, '')).toMatchObject({ correct: false, timedOut: true })
})

test('a pattern that is none is refused at the start', () => {
  expect(() => startVerifyPool(verifierSchema.parse({ kind: 'regex', pattern: '(' }))).toThrow(/no regular expression/)
})

test.each([
  ['boxed', 'so \\boxed{5}', true],
  ['boxed', 'so 5', false],
  ['boxed', 'so \\boxed{', false],
  ['think', '<think>hm</think>5', true],
  ['think', 'hm</think>5', true],
  ['think', '<think></think>5', false],
  ['think', '<think>hm</think>', false],
  ['think', '<think>a</think><think>b</think>5', false],
  ['think', 'well <think>hm</think>5', false],
  ['think_boxed', '<think>hm</think>\\boxed{5}', true],
  ['think_boxed', '<think>\\boxed{5}</think>5', false],
  ['think_answer', '<think>hm</think>\n<answer>5</answer>', true],
  ['think_answer', '<think>hm</think>5', false],
  ['think_answer', '<think>hm</think><answer></answer>', false],
])('format %s: %s', async (format, response, correct) => {
  expect(await verdict({ kind: 'format', format }, response, '')).toMatchObject({ correct, score: Number(correct) })
})

test.each([
  ['<think>a</think>\\boxed{5}', true, 1],
  ['\\boxed{5}', true, 0.9],
  ['<think>a</think>\\boxed{6}', false, 0.1],
  ['6', false, 0],
])('weighted: %s', async (response, correct, score) => {
  const got = await verdict({ kind: 'weighted' }, response, '5')
  expect(got.correct).toBe(correct)
  expect(got.score).toBeCloseTo(score, 12)
  expect(Object.keys(got.parts!)).toEqual(['math', 'format'])
})
