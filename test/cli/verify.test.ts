import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const folder = sharedFolder()

function file(name: string, ...lines: readonly unknown[]): string {
  const path = join(folder, name)
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return path
}

test('verify --math prints a verdict a line, in order', async () => {
  const path = file(
    'math.jsonl',
    { id: 'a', response_tail: 'so \\boxed{\\frac12}', gold: '0.5' },
    { id: 2, response: 'so \\boxed{5 or 6}', answer: 5 },
    { id: 'c', response: 'Answer: 7', answer: ['6', '7'] },
  )
  const result = await quiver('verify', '--math', path)
  expect(result.code, result.stderr).toBe(0)
  expect(jsonLines(result)).toMatchObject([
    { id: 'a', correct: true, extracted: '\\frac12', ms: expect.any(Number) },
    { id: '2', correct: false, extracted: '5 or 6', reason: expect.stringContaining('a list of 2') },
    { id: 'c', correct: true },
  ])
  expect(jsonLines(await quiver('verify', '--math', path, '--mode', 'strict_form'))[0]).toMatchObject({ correct: true })
})

test.each([
  ['a line without a response', ['{"id":"a","answer":"1"}'], /line 1: needs a response/],
  ['a line without an answer', ['{"id":"a","response":"1"}'], /line 1: needs an answer/],
  ['a line that is no JSON', ['{"id":'], /line 1: not valid JSON/],
])('%s gets a sentence', async (_, lines, message) => {
  const result = await quiver('verify', '--math', file('bad.jsonl', ...lines))
  expect(result.code).toBe(1)
  expect(result.stderr).toMatch(message)
})

test('a mode that is none is named', async () => {
  const result = await quiver('verify', '--math', file('empty.jsonl', ''), '--mode', 'lenient')
  expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/--mode lenient/) })
})
