/** What a policy's decoding and training put on a card: recorded once per shape, and replayed from then on. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy, type LocalPolicy, type PolicyOptions } from '../../../src-main/model/create-policy.ts'
import type { GenerateRequest, TokenRows } from '../../../src-main/model/policy.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'

const folder = join(import.meta.dirname, '../../fixtures/models/qwen2-tied')

async function opened(options: Partial<PolicyOptions> = {}): Promise<{ driver: RecordingDriver; policy: LocalPolicy }> {
  const driver = new RecordingDriver()
  const policy = await createPolicy({ folder, executor: createCudaExecutor(driver), ...options })
  onTestFinished(() => policy.dispose())
  return { driver, policy }
}

/** Recordings made and replays of them while something is done. */
async function counted(driver: RecordingDriver, work: () => Promise<unknown>) {
  const before = { recordings: driver.recordings, replays: driver.replays }
  await work()
  return { recordings: driver.recordings - before.recordings, replays: driver.replays - before.replays }
}

const request = (rows: number, maxTokens: number): GenerateRequest => ({
  ...{ prompts: Array.from({ length: rows }, () => Int32Array.of(5, 9, 200)), maxTokens },
  ...{ temperature: 1, topP: 1, topK: 0, stop: [], seed: 1, step: 1 },
})

test('decoding is recorded at its second token and replayed for every other; other rows are recorded anew', async () => {
  const { driver, policy } = await opened()
  const first = await counted(driver, () => policy.generate(request(3, 20)))
  // The prompt's pass draws the first token, the first decoded one compiles.
  expect(first).toEqual({ recordings: 1, replays: 18 })
  for (let warm = 0; warm < 2; warm++) await policy.generate(request(3, 20))
  // From then on the prompt's pass is replayed as well.
  expect(await counted(driver, () => policy.generate(request(3, 20)))).toEqual({ recordings: 0, replays: 20 })
  expect(await counted(driver, () => policy.generate(request(2, 20)))).toMatchObject({ recordings: 1 })
})

const rowsOf = (...lengths: readonly number[]): TokenRows => ({
  tokens: new Int32Array(lengths.reduce((sum, length) => sum + length, 0)).fill(7),
  promptLengths: new Int32Array(lengths.length).fill(1),
  responseLengths: Int32Array.from(lengths, (length) => length - 1),
})

async function step(policy: LocalPolicy, rows: TokenRows): Promise<void> {
  const { logprobs } = await policy.forward(rows, 1)
  await policy.backward(new Float32Array(logprobs.length).fill(1), new Float32Array(logprobs.length))
  await policy.optimizerStep({ learningRate: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 })
}

test.each(['off', 'on'] as const)(
  'a training step is recorded once, and again for another shape; recomputation %s',
  async (gradientCheckpointing) => {
    const { driver, policy } = await opened({ gradientCheckpointing })
    const rows = rowsOf(9, 7)
    for (let warm = 0; warm < 3; warm++) await step(policy, rows)
    const later = await counted(driver, () => step(policy, rows))
    expect(later.recordings).toBe(0)
    // Forward, backward and the norm; with recomputation the head's and each layer's backward are their own.
    expect(later.replays).toBe(gradientCheckpointing === 'on' ? 2 + 1 + 2 : 3)
    const other = rowsOf(9, 5)
    await step(policy, other)
    await step(policy, other)
    expect((await counted(driver, () => step(policy, other))).replays).toBe(later.replays)
    expect((await counted(driver, () => step(policy, rows))).recordings).toBe(0)
  },
)

test('what fails in a recording, and in its replay, names the program and the op', async () => {
  const { driver, policy } = await opened({ gradientCheckpointing: 'off' })
  const rows = rowsOf(6, 6)
  await policy.score(rows, 1, 'policy')
  const { multiply, replay } = driver
  driver.multiply = () => {
    throw new Error('cublasLtMatmul failed.')
  }
  await expect(policy.score(rows, 1, 'policy')).rejects.toThrow('"statistics" failed at linear: cublasLtMatmul failed.')
  Object.assign(driver, { multiply })
  await policy.score(rows, 1, 'policy')
  driver.replay = () => {
    throw new Error('cuGraphLaunch failed.')
  }
  const replayed = policy.score(rows, 1, 'policy')
  await expect(replayed).rejects.toThrow('"statistics" failed at its recorded work: cuGraphLaunch failed.')
  Object.assign(driver, { replay })
})
