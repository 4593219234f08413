/** What states take of a card's memory, at the shapes of Qwen2.5-1.5B. Nothing is computed. */
import { expect, test } from 'vitest'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { input, program, state } from '../../../src-main/engine/graph.ts'
import { add } from '../../../src-main/engine/ops/elementwise.ts'
import { type ModelConfig, parseModelConfig } from '../../../src-main/model/config.ts'
import { createRopeState } from '../../../src-main/model/rope.ts'
import { expectedTensors, linearModules, trainedTensors } from '../../../src-main/model/tensors.ts'
import { tokenBatch } from '../../../src-main/model/token-batch.ts'
import { groups, statisticsProgram } from '../../../src-main/model/training-programs.ts'
import { qwen } from '../../card/qwen.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'

const full = parseModelConfig(qwen, {}, 'config.json')
const lowRank: ModelConfig = {
  ...full,
  adapter: {
    modules: new Map([...linearModules(full).keys()].map((module) => [module, { rank: 16, scale: 2 }])),
    dropout: 0,
  },
}
const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
const elements = (tensors: Iterable<readonly [string, readonly number[]]>) =>
  [...tensors].reduce((sum, [, shape]) => sum + sizeOf(shape), 0)

/** Bytes of the weights, and of what scoring 8 tokens adds to them. */
async function weightBytes(config: ModelConfig, precision: 'float32' | 'bfloat16') {
  const driver = new RecordingDriver({ memory: 2 ** 37 })
  const executor = createCudaExecutor(driver, { precision })
  const trained = trainedTensors(config)
  for (const [name, shape] of expectedTensors(config))
    executor.createState(`${groups.policy}/${name}`, { shape, frozen: !trained.has(name) })
  const stored = executor.memory.used
  createRopeState(executor, { ...config, maxPositionEmbeddings: 64 })
  const rows = { tokens: new Int32Array(8), promptLengths: Int32Array.of(1), responseLengths: Int32Array.of(7) }
  const { inputs, blocks } = tokenBatch(rows)
  const before = executor.memory.used
  const shape = { blocks, chunks: 1, referenceKl: false }
  const compiled = await executor.compile(statisticsProgram({ ...config, maxPositionEmbeddings: 64 }, shape))
  await compiled.run({ ...inputs, temperature: { shape: [], data: new Float32Array([1]) } })
  const copies = executor.memory.used - before
  await executor.dispose()
  return { stored, copies }
}

/** Large blocks are whole multiples of 2 MiB. */
function expectBytes(got: number, expected: number): void {
  expect(got).toBeGreaterThanOrEqual(expected)
  expect(got / expected).toBeLessThan(1.09)
}

test('in bfloat16 a base that an adapter leaves alone takes two bytes a weight, once', async () => {
  const { stored, copies } = await weightBytes(lowRank, 'bfloat16')
  const adapter = elements(trainedTensors(lowRank))
  expectBytes(stored, 2 * elements(expectedTensors(full)) + 4 * adapter)
  // What is trained has a copy beside it, and so have the few numbers of norms.
  expect(copies).toBeLessThan(3 * adapter)
  expect(copies).toBeGreaterThan(2 * adapter)
})

test('what is trained keeps float32, with a copy in bfloat16 beside it; in float32 nothing is copied', async () => {
  const all = elements(expectedTensors(full))
  const rounded = await weightBytes(full, 'bfloat16')
  expectBytes(rounded.stored, 4 * all)
  expectBytes(rounded.copies, 2 * all)
  const exact = await weightBytes(lowRank, 'float32')
  expectBytes(exact.stored, 4 * elements(expectedTensors(lowRank)))
  expect(exact.copies).toBeLessThan(2 ** 23)
})

test('a program that writes a frozen state is refused', async () => {
  const executor = createCudaExecutor(new RecordingDriver(), { precision: 'bfloat16' })
  executor.createState('w', { shape: [4, 4], frozen: true })
  const value = add(state('w', [4, 4]), input('x', []))
  const compiled = await executor.compile(program('step', {}, [{ state: 'w', value, mode: 'replace' }]))
  const run = compiled.run({ x: { shape: [], data: new Float32Array(1) } })
  await expect(run).rejects.toThrow('"step" writes the state "w", which is frozen.')
  executor.writeState('w', new Float32Array(16).fill(1 + 2 ** -9))
  expect(executor.memory.used).toBe(512)
  await executor.dispose()
})
