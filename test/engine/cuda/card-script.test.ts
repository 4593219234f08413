/** The parts of the card's script that need no card. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy } from '../../../src-main/model/create-policy.ts'
import * as runner from '../../card/expect.ts'
import { measurements } from '../../card/measurements.ts'
import { dependencies } from '../../card/pack.ts'
import { perform } from '../../card/perform.ts'
import { writeQwen } from '../../card/qwen.ts'
import { markdown, ratios, type Step } from '../../card/report.ts'
import { floors, generate, type Sizes, tokenStatistics, train } from '../../card/timed.ts'
import { verdict } from '../../card/verdict.ts'
import { EmulatingDriver } from '../../helpers/cuda-driver/emulating.ts'
import { emulationMissing } from '../../helpers/cuda-emulator/compile.ts'

const emulated = emulationMissing() !== undefined

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
  const { outcomes, leftOut } = await runner.runAll()
  expect(leftOut).toBe(0)
  expect(outcomes).toEqual([
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
  expect(text).toContain('2 of 3 steps passed; not archer.')
  expect(text).toContain('- training: 1.50 × PyTorch')
  expect(text).toContain('## bench (61.2 s)\n\n| figure | value |\n| --- | --- |\n| training.tokensPerSecond | 30000 |')
  expect(text).toContain('| generation.failed | no \\| memory |')
  expect(text).toContain('Failed: ended with 1: no card')
})

test('a step is judged by what it found, and by the CPU’s run of the same recipe', () => {
  const step = (name: string, result: Step['result'], failure?: string): Step => ({
    ...{ name, seconds: 1, ...(result && { result }), ...(failure && { failure }) },
  })
  const judged = (name: string, result: Step['result'], earlier: Step[] = []) => verdict(step(name, result), earlier)
  expect(verdict(step('bench', { training: {} }, 'It did not end within 9 s: '), [])).toBe(
    'It did not end within 9 s: ',
  )
  expect(judged('card', undefined)).toBe('It printed no result.')
  expect(judged('cpu', { status: 'usable' })).toBeUndefined()
  expect(judged('cpu', { status: 'missing', detail: 'no library' })).toBe('no library')
  expect(judged('conformance', { tests: 300, failed: [{ name: 'add: forward', failure: '…' }], leftOut: 0 })).toBe(
    '1 of 300 tests failed: add: forward.',
  )
  expect(judged('conformance', { tests: 40, failed: [], leftOut: 7 })).toBe('7 tests were left out for want of time.')
  expect(judged('conformance', { tests: 40, failed: [], leftOut: 0 })).toBeUndefined()
  const limits = { float32: 1e-4, bfloat16: 3e-2 }
  expect(judged('equality', { float32: { logprobs: 1e-5 }, bfloat16: { logprobs: 0.02 }, limits })).toBeUndefined()
  expect(judged('equality', { float32: { logprobs: 1e-3 }, bfloat16: { gradNorm: Number.NaN }, limits })).toBe(
    'logprobs in float32 differ by 0.001, more than 0.0001; gradNorm in bfloat16 differ by NaN, more than 0.03.',
  )
  const run = (accuracy: number) => ({ metrics: { 'eval/avg': accuracy } })
  const onCpu = [step('archer on the CPU', run(0.6))]
  expect(judged('archer', run(0.57), onCpu)).toBeUndefined()
  expect(judged('archer', run(0.4), onCpu)).toBe(
    'The accuracy is 0.4 on the card and 0.6 on the CPU, more than 0.05 apart.',
  )
  expect(judged('archer', run(0.57))).toContain('were not compared')
  expect(judged('torch', { missing: 'No module named torch' })).toContain('Nothing was compared with PyTorch')
  expect(judged('torch', { torch: '2.9', generation: { failed: 'no memory' } })).toBe('generation: no memory')
})

test('a step that hangs is ended, and what it printed counts', async () => {
  const text =
    'console.log(JSON.stringify({ a: 1 })); console.log(JSON.stringify({ a: 2 })); process.stdout.write("{\\"a"); setTimeout(() => {}, 60_000)'
  const step = await perform({ name: 'hangs', command: [process.execPath, '-e', text], limitSeconds: 5 }, '.')
  expect(step).toMatchObject({ result: { a: 2 }, failure: expect.stringContaining('It did not end within 5 s') })
  const late = await perform({ name: 'late', command: ['true'], limitSeconds: 1 }, '.')
  expect(late.failure).toBe('No time was left for it.')
  const gone = await perform({ name: 'gone', command: ['no-such-program'], limitSeconds: 9 }, '.')
  expect(gone.failure).toContain('no-such-program')
})

test('every prediction has a line of the log, with its figure where there is one', () => {
  const steps: Step[] = [
    { name: 'card', seconds: 1, result: { name: 'H200' } },
    { name: 'bench', seconds: 9, result: { training: { utilization: 0.4 }, tokenStats: { seconds: 0.002 } } },
    { name: 'torch', seconds: 9, result: { tokenStats: { seconds: 0.006 } } },
  ]
  const lines = measurements(steps, new Date(0))
  const line = (figure: string) => lines.find((each) => each.figure === figure)!
  expect(line('bench training.utilization')).toMatchObject({
    result: 0.4,
    card: 'H200',
    at: '1970-01-01T00:00:00.000Z',
  })
  expect(line('ratio tokenStats').result).toBeCloseTo(3)
  expect(line('bench generation.shareOfMemoryFloor').result).toBeNull()
  for (const { prediction, change } of lines) expect([typeof prediction, change.length > 0]).toEqual(['number', true])
})

test.skipIf(emulated)(
  'everything that is timed runs, in small',
  async () => {
    const sizes: Sizes = {
      ...{ layers: 1, width: 48, vocabulary: 128, keyValueBytes: 4 * 48, tokens: 6, copyBytes: 4096, side: 16 },
      ...{ generation: { rows: 3, prompt: 4, tokens: 3 }, training: { rows: 2, length: 5 } },
    }
    const folder = mkdtempSync(join(tmpdir(), 'quiver-qwen-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const change = { vocab_size: 128, hidden_size: 48, intermediate_size: 64, num_hidden_layers: 1 }
    const parameters = writeQwen(folder, { ...change, num_attention_heads: 3, num_key_value_heads: 1 })
    const driver = new EmulatingDriver()
    const floor = floors(driver, sizes)
    const statistics = await tokenStatistics(driver, floor, sizes)
    const executor = createCudaExecutor(driver, { precision: 'bfloat16' })
    const policy = await createPolicy({ folder, executor, gradientCheckpointing: 'on' })
    const trained = await train(policy, parameters, floor, sizes, 0)
    const generated = await generate(policy, parameters, floor, sizes)
    await policy.dispose()
    for (const figures of [floor, statistics, trained, generated])
      for (const [name, figure] of Object.entries(figures)) expect([name, figure > 0]).toEqual([name, true])
  },
  240_000,
)

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
