/** What kernels take in beside their own op: the sum past a norm, the new rows of a cache. */
import { describe, expect, test } from 'vitest'
import { gradients } from '../../../src-main/engine/autodiff.ts'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { input, program, state, type Update, type Value } from '../../../src-main/engine/graph.ts'
import { cachedAttention } from '../../../src-main/engine/ops/attention.ts'
import { add } from '../../../src-main/engine/ops/elementwise.ts'
import { linear } from '../../../src-main/engine/ops/matmul.ts'
import { rmsNorm } from '../../../src-main/engine/ops/network.ts'
import { reshape } from '../../../src-main/engine/ops/structure.ts'
import { EmulatingDriver } from '../../helpers/cuda-driver/emulating.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'
import { emulationMissing } from '../../helpers/cuda-emulator/compile.ts'
import { normals } from '../conformance/entry.ts'

const missing = emulationMissing()
const launched = ({ work }: RecordingDriver) =>
  work.filter(({ kind }) => kind === 'launch').map(({ name }) => name.replace(/_.*/, ''))

describe('the gradient of a norm', () => {
  const shape = [6, 8]
  const x = input('x', shape)
  const norm = rmsNorm(x, state('scale', [8]), 1e-6)
  const y = linear(norm, state('w', [8, 8]), x)
  const [dx] = gradients([y], [input('g', shape)], [x]) as [Value]
  const through = dx.inputs.find(({ op }) => op.name === 'part')!
  const fed = { x: normals(shape, 1), g: normals(shape, 2) }

  const prepared = (executor: ReturnType<typeof createCudaExecutor>, outputs: Record<string, Value>) => {
    executor.createState('scale', { shape: [8], data: normals([8], 3).data })
    executor.createState('w', { shape: [8, 8], data: normals([8, 8], 4).data })
    return executor.compile(program('back', outputs))
  }

  test('is one kernel with the cotangent that goes past it', async () => {
    const driver = new RecordingDriver()
    const executor = createCudaExecutor(driver)
    await (await prepared(executor, { dx })).run(fed)
    expect(launched(driver)).toEqual(['rms', 'reduce'])
    const apart = new RecordingDriver()
    await (await prepared(createCudaExecutor(apart), { dx, through })).run(fed)
    expect(launched(apart)).toEqual(['rms', 'reduce', 'map'])
    await executor.dispose()
  })

  test.skipIf(missing)('has the numbers of the two apart', async () => {
    const executor = createCudaExecutor(new EmulatingDriver())
    const [joined, apart] = [await prepared(executor, { dx }), await prepared(executor, { dx, through })]
    const [one, two] = [(await joined.run(fed)).dx!.data, (await apart.run(fed)).dx!.data]
    for (const [place, each] of one.entries()) expect(each).toBeCloseTo(two[place]!, 5)
    await executor.dispose()
  })
})

describe('attention over a growing cache', () => {
  const sizes = { heads: 4, keyValueHeads: 2, headDim: 16, batch: 'batch', time: 'past', blocks: 1 }
  const width = 32
  const [q, k, v] = [input('q', ['batch', 64]), input('k', ['batch', width]), input('v', ['batch', width])]
  const cache = (name: string) => state(name, ['past', 'batch', width])
  const y = cachedAttention(q, k, v, cache('keys'), cache('values'), sizes)
  const append = (name: string, value: Value): Update => ({
    ...{ state: name, mode: 'append', value: reshape(value, [1, 'batch', width]) },
  })
  const fed = (step: number) => ({
    q: normals([3, 64], 10 + step),
    k: normals([3, width], 20 + step),
    v: normals([3, width], 30 + step),
  })

  async function decode(executor: ReturnType<typeof createCudaExecutor>, updates: readonly Update[]) {
    for (const name of ['keys', 'values']) {
      executor.createCache(name, { capacity: 8, rowShape: [3, width] })
      executor.setCacheLength(name, 1)
    }
    const compiled = await executor.compile(program('decode', { y }, updates))
    const results = []
    for (const step of [0, 1, 2]) results.push([...(await compiled.run(fed(step))).y!.data])
    return results
  }
  const own = [append('keys', k), append('values', v)]
  const others = [append('keys', add(k, 0)), append('values', add(v, 0))]

  test.each(['float32', 'bfloat16'] as const)('writes the new rows itself, %s', async (precision) => {
    const driver = new RecordingDriver()
    await decode(createCudaExecutor(driver, { precision }), own)
    expect(launched(driver)).not.toContain('append')
    const apart = new RecordingDriver()
    await decode(createCudaExecutor(apart, { precision }), others)
    expect(launched(apart).filter((name) => name === 'append')).toHaveLength(6)
  })

  test.skipIf(missing)('and leaves what appending leaves', async () => {
    const [one, two] = [createCudaExecutor(new EmulatingDriver()), createCudaExecutor(new EmulatingDriver())]
    expect(await decode(one, own)).toEqual(await decode(two, others))
    for (const name of ['keys', 'values']) {
      expect(one.cacheLength(name)).toBe(4)
      expect(one.readState(name)).toEqual(two.readState(name))
    }
    await Promise.all([one.dispose(), two.dispose()])
  })
})
