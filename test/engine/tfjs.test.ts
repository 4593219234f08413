import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { createTfjsExecutor } from '../../src-main/engine/executors/tfjs/executor.ts'
import { input, program, state, type Value } from '../../src-main/engine/graph.ts'
import { add, mul } from '../../src-main/engine/ops/elementwise.ts'
import { softmax } from '../../src-main/engine/ops/reduce.ts'
import { reduceSum } from '../../src-main/engine/ops/structure.ts'
import { executorConformance } from './conformance/suite.ts'

executorConformance('tfjs', () => createTfjsExecutor({ backend: 'cpu' }), { forward: 2e-6, gradient: 1e-5 })

describe('tensors', () => {
  const x = input('x', ['rows', 4])
  const weight = state('policy/w', [4])
  const cache = state('cache/k', ['past', 4])
  const step = program('step', { y: softmax(mul(x, weight)), total: reduceSum(cache, [0]) }, [
    { state: 'policy/w', value: add(weight, 1), mode: 'replace' },
    { state: 'gradient/w', value: reduceSum(x, [0]), mode: 'accumulate' },
    { state: 'cache/k', value: x, mode: 'append' },
  ])
  const feeds = { x: { shape: [2, 4], data: new Float32Array(8).fill(1) } }

  async function prepared() {
    const executor = await createTfjsExecutor({ backend: 'cpu' })
    executor.createState('policy/w', { shape: [4] })
    executor.createState('gradient/w', { shape: [4] })
    executor.createCache('cache/k', { capacity: 9, rowShape: [4] })
    executor.setCacheLength('cache/k', 1)
    return executor
  }

  test('are as many after a run as before it, and none are left after the executor', async () => {
    const outside = tf.memory().numTensors
    const executor = await prepared()
    const compiled = await executor.compile(step)
    const before = tf.memory().numTensors
    expect(before).toBe(outside + 3)
    for (let run = 0; run < 4; run++) {
      await compiled.run(feeds)
      expect(tf.memory().numTensors).toBe(before)
    }
    executor.gatherCache('cache/k', [{ from: 'cache/k', entries: new Int32Array([1, 0]) }], { rows: 7, capacity: 9 })
    executor.setCacheLength('cache/k', 2)
    executor.writeState('policy/w', new Float32Array(4))
    expect(tf.memory().numTensors).toBe(before)
    await executor.dispose()
    expect(tf.memory().numTensors).toBe(outside)
  })

  test('of a failed run are freed, and its states are as they were', async () => {
    const executor = await prepared()
    const compiled = await executor.compile(step)
    const before = tf.memory().numTensors
    for (const rows of [2, 4]) await compiled.run({ x: { shape: [rows, 4], data: new Float32Array(rows * 4) } })
    await expect(compiled.run({ x: { shape: [3, 4], data: new Float32Array(12) } })).rejects.toThrow(
      'cannot take 3 more',
    )
    expect(tf.memory().numTensors).toBe(before)
    expect([...executor.readState('policy/w').data]).toEqual([2, 2, 2, 2])
    expect(executor.cacheLength('cache/k')).toBe(7)
    await executor.dispose()
  })

  test('between two calls are freed after their last reader', async () => {
    const executor = await createTfjsExecutor({ backend: 'cpu' })
    const chain = Array.from({ length: 50 }).reduce<Value>((value) => add(value, 1), input('x', [2]))
    const compiled = await executor.compile(program('chain', { y: chain }))
    const profile = await tf.profile(async () => {
      await compiled.run({ x: { shape: [2], data: new Float32Array(2) } })
      return tf.scalar(0)
    })
    const most = Math.max(...profile.kernels.map(({ totalTensorsSnapshot }) => totalTensorsSnapshot))
    expect(most - tf.memory().numTensors).toBeLessThan(8)
    await executor.dispose()
  })
})
