/** What runs ask of a card: memory, copies, recordings. */
import { expect, test } from 'vitest'
import { releaseTensors } from '../../../src-main/engine/executor.ts'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { constant, input, program, state } from '../../../src-main/engine/graph.ts'
import { add, exp, mul } from '../../../src-main/engine/ops/elementwise.ts'
import { matmul } from '../../../src-main/engine/ops/matmul.ts'
import { adamwInputs, adamwProgram } from '../../../src-main/engine/optim.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'

const rows = 4096
const x = input('x', ['rows', 64])
const w = state('w', [64, 64])
const fed = { shape: [rows, 64], data: new Float32Array(rows * 64) }
const kinds = (driver: RecordingDriver) => driver.work.map(({ kind }) => kind)

test('what one program leaves for another stays on the card, until it is released', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  executor.createState('w', { shape: [64, 64] })
  const first = await executor.compile(program('first', { y: matmul(x, w) }))
  const second = await executor.compile(program('second', { z: exp(input('y', ['rows', 64])) }))
  const { y } = await first.run({ x: fed })
  driver.work.length = 0
  const { z } = await second.run({ y: y! })
  expect(kinds(driver)).toEqual(['launch'])
  expect(y!.release && z!.release).toBeDefined()
  const before = executor.memory.used
  releaseTensors([y!, z!])
  expect(before - executor.memory.used).toBe(2 * rows * 64 * 4)
  expect(() => y!.data).toThrow('An output of "first" is read after it was released.')
  await executor.dispose()
})

test('numbers are fetched when they are first read; small outputs all at once, before the next run', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  const outputs = { a: add(input('x', [2]), 1), b: mul(input('x', [2]), 2) }
  const compiled = await executor.compile(program('small', outputs))
  const run = () => compiled.run({ x: { shape: [2], data: new Float32Array(2) } })
  const { a, b } = await run()
  expect(kinds(driver)).not.toContain('download')
  expect([a!.data.length, b!.data.length, a!.data.length]).toEqual([2, 2, 2])
  expect(kinds(driver).filter((kind) => kind === 'download')).toHaveLength(1)
  await run()
  await run()
  expect(kinds(driver).filter((kind) => kind === 'download')).toHaveLength(2)
  await executor.dispose()
})

/** Enough pieces of work to be worth recording. */
function deep() {
  let value = x
  for (let layer = 0; layer < 10; layer++) value = matmul(value, w)
  return program('deep', {}, [{ state: 'sum', value: matmul(value, w, { transA: false }), mode: 'replace' }])
}

test('a run like the last one is recorded and then replayed; another address is no like one', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  executor.createState('w', { shape: [64, 64] })
  executor.createState('sum', { shape: [rows, 64] })
  const compiled = await executor.compile(deep())
  const run = () => compiled.run({ x: fed })
  await run()
  expect(driver.replays).toBe(0)
  const once = driver.work.filter(({ kind }) => kind === 'multiply').length
  await run()
  await run()
  expect(driver.replays).toBe(2)
  expect(driver.work.filter(({ kind }) => kind === 'multiply')).toHaveLength(3 * once)
  executor.createState('other', { shape: [64, 64] })
  await compiled.run({ x: fed }, { rename: { w: 'other' } })
  expect(driver.replays).toBe(2)
  await executor.dispose()
})

test('a second run takes no new memory', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  executor.createState('w', { shape: [64, 64] })
  const compiled = await executor.compile(program('step', { y: exp(matmul(x, w)) }))
  releaseTensors(Object.values(await compiled.run({ x: fed })))
  const { allocations } = driver
  releaseTensors(Object.values(await compiled.run({ x: fed })))
  expect(driver.allocations).toBe(allocations)
  await executor.dispose()
})

test('AdamW over all tensors is one launch, whose table is written once', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  const parameters = Array.from({ length: 30 }, (_, index) => ({ name: `w${index}`, shape: [8, index + 1] }))
  for (const { name, shape } of parameters)
    for (const group of ['p', 'g', 'm', 'v']) executor.createState(`${group}/${name}`, { shape })
  const groups = { weights: 'p', gradients: 'g', moments: ['m', 'v'] } as const
  const compiled = await executor.compile(adamwProgram(parameters, groups))
  const inputs = adamwInputs({
    ...{ learningRate: 1, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0, step: 1, gradientScale: 1 },
  })
  await compiled.run(inputs)
  driver.work.length = 0
  await compiled.run(inputs)
  expect(kinds(driver)).toEqual(['upload', 'launch'])
  await executor.dispose()
})

test('what fails names its program and its op', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  executor.createState('w', { shape: [64, 64] })
  const compiled = await executor.compile(program('step', { y: matmul(x, w) }))
  releaseTensors(Object.values(await compiled.run({ x: fed })))
  driver.multiply = () => {
    throw new Error('cublasLtMatmul failed: CUBLAS_STATUS_EXECUTION_FAILED (13).')
  }
  const before = executor.memory.used
  await expect(compiled.run({ x: fed })).rejects.toThrow('"step" failed at matmul: cublasLtMatmul failed')
  expect(executor.memory.used).toBe(before)
  await executor.dispose()
})

test('plans of sizes that come no more are given up, with what they hold on the card', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  const table = constant(new Float32Array(1024), [1024])
  const compiled = await executor.compile(program('sums', { y: add(input('x', ['rows', 1024]), table) }))
  const run = async (count: number) =>
    releaseTensors(
      Object.values(await compiled.run({ x: { shape: [count, 1024], data: new Float32Array(count * 1024) } })),
    )
  for (let count = 1; count <= 100; count++) await run(count)
  const { used } = executor.memory
  for (let count = 1; count <= 100; count++) await run(count)
  expect(executor.memory.used).toBe(used)
  expect(used).toBeLessThan(150 * 4096)
  await executor.dispose()
})
