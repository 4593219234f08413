/** The parts of the card's script that need no card. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createPolicy } from '../../../src-main/model/create-policy.ts'
import * as runner from '../../card/expect.ts'
import { dependencies } from '../../card/pack.ts'
import { writeQwen } from '../../card/qwen.ts'
import { markdown, ratios, type Step } from '../../card/report.ts'

test('the runner tells what passed and what failed, and why', async () => {
  runner.describe('suite', () => {
    let ready = false
    runner.beforeAll(() => {
      ready = true
    })
    runner.test('equal', () => runner.expect({ a: [1], ready }).toEqual({ a: [1], ready: true }))
    runner.test('unequal', () => runner.expect([1, 2], 'numbers').toEqual([1, 3]))
    runner.test.each([
      ['x', 1],
      ['y', 3],
    ] as const)('%s is small', (_: string, size: number) => runner.expect(size).toBeLessThan(2))
    runner.test('rejects', () => runner.expect(Promise.reject(new Error('no room'))).rejects.toThrow('no room'))
    runner.test('throws', () => runner.expect(() => {}).toThrow())
    runner.test.skip()
  })
  expect(await runner.runAll()).toEqual([
    { name: 'suite: equal' },
    { name: 'suite: unequal', failure: 'numbers: [1,2] is not equal to [1,3].' },
    { name: 'suite: x is small' },
    { name: 'suite: y is small', failure: 'value: 3 is not less than 2.' },
    { name: 'suite: rejects' },
    { name: 'suite: throws', failure: 'Nothing was thrown.' },
  ])
})

test('the report has every figure, what failed, and the ratios to PyTorch', () => {
  const steps: Step[] = [
    { name: 'bench', seconds: 61.23, result: { training: { tokensPerSecond: 30_000 }, failed: [] } },
    {
      name: 'torch',
      seconds: 30,
      result: { training: { tokensPerSecond: 20_000 }, generation: { failed: 'no | memory' } },
    },
    { name: 'archer', seconds: 2, failure: 'ended with 1: no card' },
  ]
  expect(ratios(steps)).toEqual([['training', 1.5]])
  const text = markdown(steps)
  expect(text).toContain('- training: 1.50 × PyTorch')
  expect(text).toContain('## bench (61.2 s)\n\n| figure | value |\n| --- | --- |\n| training.tokensPerSecond | 30000 |')
  expect(text).toContain('| generation.failed | no \\| memory |')
  expect(text).toContain('Failed: ended with 1: no card')
})

test('the archive takes what computing needs', () => {
  const names = dependencies(join(import.meta.dirname, '../../..'))
  expect(names).toEqual(expect.arrayContaining(['koffi', 'onnxruntime-node', 'better-sqlite3', 'zod']))
  expect(names.some((name) => name.startsWith('@koromix/'))).toBe(true)
  expect(names).not.toContain('electron')
})

test('a random model of the measured shapes, in small, is one that loads and scores', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quiver-qwen-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const change = { vocab_size: 128, hidden_size: 48, intermediate_size: 64, num_hidden_layers: 1 }
  const parameters = writeQwen(folder, change)
  expect(parameters).toBeGreaterThan(128 * 48)
  const policy = await createPolicy({ folder, threads: 1 })
  const rows = { tokens: Int32Array.of(1, 2, 3), promptLengths: Int32Array.of(1), responseLengths: Int32Array.of(2) }
  const { logprobs } = await policy.score(rows, 1, 'policy')
  await policy.dispose()
  for (const lp of logprobs) expect(Math.abs(lp + Math.log(128))).toBeLessThan(1)
})
