import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunControl } from '../../../../src-main/rl/control.ts'
import { pausingVerify } from '../../../../src-main/rl/pausing-verify.ts'
import { RunHold } from '../../../../src-main/rl/run-control.ts'
import { readDataset } from '../../../../src-main/tasks/dataset.ts'
import { selectTests } from '../../../../src-main/tasks/verify/code/select-tests.ts'
import { startVerifyPool } from '../../../../src-main/tasks/verify/pool.ts'
import { SandboxBreakdown } from '../../../../src-main/tasks/verify/sandbox/errors.ts'
import { accepted, rejected } from '../../../../src-main/tasks/verify/verdict.ts'
import { verifierSchema } from '../../../../src-preload/contract/verifier.ts'
import { temporaryFolder } from '../../../helpers/workspace.ts'

const sumTest = { input: '[1, 2]', output: '3', testtype: 'functional', metadata: { func_name: 'total' } }
const rows = [
  {
    question_id: 'lcb',
    question_content: 'Sum a list.',
    starter_code: 'class Solution:\n    def total(self, numbers):',
    public_test_cases: JSON.stringify([sumTest]),
    private_test_cases: JSON.stringify([{ ...sumTest, input: '[5]', output: '5' }]),
    metadata: '{"func_name": "total"}',
  },
  { id: 'apps', question: 'Double a number.', input_output: '{"inputs": ["2\\n"], "outputs": ["4\\n"]}' },
  {
    prompt: [{ role: 'user', content: 'Reverse a list.' }],
    reward_model: {
      ground_truth: JSON.stringify({
        functional: 'def check(f):\n    assert f([1, 2]) == [2, 1]  #### order\ncheck(Solution().turn)',
      }),
    },
    extra_info: { index: 'archer' },
  },
]
const solutions = {
  lcb: 'class Solution:\n    def total(self, numbers):\n        return sum(numbers)',
  apps: 'print(2 * int(input()))',
  archer: 'class Solution:\n    def turn(self, values):\n        return values[::-1]',
}
const response = (code: string): string =>
  `<think>\n\`\`\`python\nwrong\n\`\`\`\n</think>\nHere:\n\`\`\`python\n${code}\n\`\`\`\n`

test('rows of code datasets become rewards', async () => {
  const file = join(temporaryFolder(), 'problems.jsonl')
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  const dataset = await readDataset(file)
  expect(dataset.rows.map(({ id }) => id)).toEqual(['lcb', 'apps', 'archer'])
  expect(dataset.rows[0]?.prompt).toContain('def total')
  const pool = startVerifyPool(verifierSchema.parse({ kind: 'code' }))
  try {
    expect(await pool.ready()).toMatch(/^Code runs in (bwrap|wasm) \(.+\); limits: /)
    const right = dataset.rows.map(({ id, answer }) => ({ response: response(solutions[id as 'lcb']), answer }))
    const wrong = dataset.rows.map(({ answer }) => ({ response: response('print(input())'), answer }))
    const none = dataset.rows.map(({ answer }) => ({ response: solutions.apps, answer, allTests: true }))
    const verdicts = await pool.verify([...right, ...wrong, ...none])
    expect(verdicts.map(({ score }) => score)).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0])
    expect(verdicts[4]).toMatchObject({ extracted: 'print(input())', reason: 'fail: test 1: wrong output' })
    expect(verdicts[6]).toMatchObject({ extracted: null, reason: expect.stringContaining('no closed block') })
    await expect(pool.verify([{ response: response('1'), answer: '42' }])).rejects.toThrow(/cannot be read/)
  } finally {
    await pool.dispose()
  }
})

test('code is a part of a weighted reward', async () => {
  const parts = [
    { weight: 0.9, verifier: { kind: 'code' } },
    { weight: 0.1, verifier: { kind: 'format', format: 'think' } },
  ]
  const pool = startVerifyPool(verifierSchema.parse({ kind: 'weighted', parts }))
  const answer = '{"inputs": ["2\\n"], "outputs": ["4\\n"]}'
  const [right, wrong] = await pool.verify([
    { response: response(solutions.apps), answer },
    { response: response('print(5)'), answer },
  ])
  await pool.dispose()
  expect(right).toMatchObject({ correct: true, parts: { code: 0.9, format: 0.1 } })
  expect(wrong).toMatchObject({ correct: false, score: 0.1 })
})

test('a breakdown of the sandbox pauses the run and scores nothing; resumed, the same responses are checked again', async () => {
  const notes: string[] = []
  const hold: RunControl & Pick<RunHold, 'receive' | 'position'> = new RunHold(0, (kind) => notes.push(kind))
  let calls = 0
  const pool = {
    verify: async () => {
      if (calls++ < 2) throw new SandboxBreakdown('The sandbox is gone.')
      return [accepted('4')]
    },
  }
  const verify = pausingVerify(pool, hold)
  const items = [{ response: '', answer: '' }]
  const verdicts = Promise.all([verify(items), verify(items)])
  let settled = false
  void verdicts.then(() => {
    settled = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(hold.position().state).toBe('paused')
  expect([notes, settled, calls]).toEqual([['sandbox'], false, 2])
  hold.receive('resume')
  expect(await verdicts).toMatchObject([[{ correct: true }], [{ correct: true }]])
})

test('timeouts of more than a fiftieth of the responses are noted, once for many groups', async () => {
  const notes: string[] = []
  const late = { ...rejected(null, 'timeout'), timedOut: true }
  const pool = { verify: async () => [late, ...Array.from({ length: 15 }, () => accepted('4'))] }
  const verify = pausingVerify(pool, new RunHold(0, (_, message) => notes.push(message)))
  for (let group = 0; group < 16; group++) await verify([])
  expect(notes).toEqual(Array(2).fill("8 of 128 responses ran into the verifier's time limit."))
})

test('the tests of a response: the shown ones, the largest input, the rest by the seed, in their order', () => {
  const tests = Array.from({ length: 40 }, (_, index) => ({
    input: 'x'.repeat(index === 20 ? 99 : 1),
    output: String(index),
    shown: index > 37,
  }))
  const problem = { kind: 'stdin', language: 'python', rule: 'livecodebench', tests } as const
  const chosen = (seed: number): number[] => {
    const selected = selectTests(problem, 16, seed)
    return selected.kind === 'stdin' ? selected.tests.map(({ output }) => Number(output)) : []
  }
  expect(chosen(1)).toHaveLength(16)
  expect(chosen(1)).toEqual(expect.arrayContaining([20, 38, 39]))
  expect(chosen(1)).toEqual(chosen(1).toSorted((a, b) => a - b))
  expect(chosen(1)).toEqual(chosen(1))
  expect(chosen(1)).not.toEqual(chosen(2))
  expect(selectTests(problem, null, 1)).toBe(problem)
})
