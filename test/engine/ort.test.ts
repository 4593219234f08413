import { expect, test } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { program, state } from '../../src-main/engine/graph.ts'
import { mul } from '../../src-main/engine/ops/elementwise.ts'
import { executorConformance } from './conformance/suite.ts'

executorConformance('ort', () => createOrtExecutor({ threads: 2 }), { forward: 2e-6, gradient: 1e-5 })

test('a state that is built into a program cannot change, nor be another', async () => {
  const executor = createOrtExecutor({ threads: 1 })
  const shape = [2]
  executor.createState('policy/w', { shape, data: new Float32Array([1, 2]) })
  executor.createState('reference/w', { shape })
  const w = state('policy/w', shape)
  const read = await executor.compile(program('read', { w }), { frozen: ['policy/w'] })
  expect([...(await read.run({})).w!.data]).toEqual([1, 2])
  await expect(async () => read.run({}, { rename: { policy: 'reference' } })).rejects.toThrow(
    /so a run cannot rename it/,
  )
  expect(() => executor.writeState('policy/w', new Float32Array(2))).toThrow(/"policy\/w" is built into a program/)
  const double = await executor.compile(
    program('double', {}, [{ state: 'policy/w', value: mul(w, 2), mode: 'replace' }]),
  )
  await expect(double.run({})).rejects.toThrow(/is built into a program/)
  await executor.dispose()
})
