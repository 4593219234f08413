/** What programs do with inputs and state on an executor: the contract of executor.ts beyond the ops. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor, Tensor } from '../../../src-main/engine/executor.ts'
import { input, type Program, program, state, type Update, type UpdateMode } from '../../../src-main/engine/graph.ts'
import { add, mul } from '../../../src-main/engine/ops/elementwise.ts'
import { matmul } from '../../../src-main/engine/ops/matmul.ts'
import { reduceSum, reshape, slice } from '../../../src-main/engine/ops/structure.ts'
import type { MakeExecutor } from './entry.ts'

const tensor = (shape: readonly number[], ...values: number[]): Tensor => ({ shape, data: new Float32Array(values) })
const update = (name: string, value: Update['value'], mode: UpdateMode): Update => ({ state: name, value, mode })

/** Inputs, state, caches and errors, on any executor. */
export function stateConformance(name: string, make: MakeExecutor, empty: boolean): void {
  describe(`${name}: programs and state`, () => {
    let executor: Executor
    beforeAll(async () => {
      executor = await make()
    })
    afterAll(() => executor.dispose())

    const run = async (what: Program, inputs: Record<string, Tensor> = {}, rename: Record<string, string> = {}) => {
      const compiled = await executor.compile(what)
      try {
        return await compiled.run(inputs, { rename })
      } finally {
        await compiled.release()
      }
    }
    const contentOf = (state: string) => [...executor.readState(state).data]

    inputTests(run, empty)
    updateTests(() => executor, run, contentOf)
    nameTests(() => executor, run, contentOf)
    contentTests(() => executor, contentOf)
  })
}

type Run = (
  what: Program,
  inputs?: Record<string, Tensor>,
  rename?: Record<string, string>,
) => Promise<Record<string, Tensor>>

function inputTests(run: Run, empty: boolean): void {
  const x = input('x', ['rows', 2])
  const total = program('total', { total: reduceSum(x, [0]) })

  test('one compiled program runs at any size', async () => {
    expect((await run(total, { x: tensor([1, 2], 3, 4) })).total).toEqual(tensor([2], 3, 4))
    expect((await run(total, { x: tensor([3, 2], 1, 2, 3, 4, 5, 6) })).total).toEqual(tensor([2], 9, 12))
  })

  test.runIf(empty)('a size may be 0', async () => {
    expect((await run(total, { x: tensor([0, 2]) })).total).toEqual(tensor([2], 0, 0))
  })

  test.skipIf(empty)('a size of 0 is refused in a sentence', async () => {
    await expect(run(total, { x: tensor([0, 2]) })).rejects.toThrow('Input "x" of "total" is empty ([0,2])')
  })

  test('a missing input is named', async () => {
    await expect(run(total)).rejects.toThrow('The program "total" needs the input "x".')
  })

  test('an input that does not fit is named, with both shapes', async () => {
    const sentence = 'Input "x" of "total" has shape [2,3], expected [rows,2] with rows = 2.'
    await expect(run(total, { x: tensor([2, 3], 1, 2, 3, 4, 5, 6) })).rejects.toThrow(sentence)
    await expect(run(total, { x: tensor([2], 1, 2) })).rejects.toThrow('has shape [2], expected [rows,2]')
  })

  test('two inputs must agree on a size they share, in whatever order they come', async () => {
    const short = input('short', ['rows'])
    const long = input('long', ['2*rows'])
    const both = program('both', { first: add(reshape(slice(long, 0, 0, 'rows'), ['rows']), short) })
    const fed = (count: number) => ({ short: tensor([1], 1), long: { shape: [count], data: new Float32Array(count) } })
    expect((await run(both, fed(2))).first).toEqual(tensor([1], 1))
    await expect(run(both, fed(3))).rejects.toThrow('"long" of "both" has shape [3], expected [2*rows] with rows = 1.')
  })

  test('an input of another type is named', async () => {
    const ids = { x: { shape: [1, 2], data: new Int32Array(2) } }
    await expect(run(total, ids)).rejects.toThrow('Input "x" of "total" is int32, expected float32.')
  })

  test('inputs of the program that nobody asked for are ignored', async () => {
    expect((await run(total, { x: tensor([1, 2], 1, 2), y: tensor([1], 1) })).total).toEqual(tensor([2], 1, 2))
  })
}

function updateTests(executor: () => Executor, run: Run, contentOf: (state: string) => number[]): void {
  const weight = state('policy/w', [2])
  const x = input('x', [2])

  test('a replaced state holds the new value, computed from the old one', async () => {
    executor().createState('policy/w', { shape: [2], data: new Float32Array([1, 2]) })
    const step = program('step', { old: weight }, [update('policy/w', mul(weight, x), 'replace')])
    expect((await run(step, { x: tensor([2], 3, 4) })).old).toEqual(tensor([2], 1, 2))
    expect(contentOf('policy/w')).toEqual([3, 8])
    await run(step, { x: tensor([2], -1, 0.5) })
    expect(contentOf('policy/w')).toEqual([-3, 4])
  })

  test('an accumulated state adds up over runs and programs', async () => {
    executor().createState('gradient/w', { shape: [2] })
    const once = program('once', {}, [update('gradient/w', x, 'accumulate')])
    const twice = program('twice', {}, [update('gradient/w', mul(x, 2), 'accumulate')])
    await run(once, { x: tensor([2], 1, -2) })
    await run(twice, { x: tensor([2], 10, 20) })
    await run(once, { x: tensor([2], 0.5, 0) })
    expect(contentOf('gradient/w')).toEqual([21.5, 38])
  })

  test('several states change together, each from the old values of all', async () => {
    executor().createState('swap/a', { shape: [1], data: new Float32Array([1]) })
    executor().createState('swap/b', { shape: [1], data: new Float32Array([2]) })
    const [a, b] = [state('swap/a', [1]), state('swap/b', [1])]
    await run(program('swap', {}, [update('swap/a', b, 'replace'), update('swap/b', a, 'replace')]))
    expect([contentOf('swap/a'), contentOf('swap/b')]).toEqual([[2], [1]])
  })
}

function nameTests(executor: () => Executor, run: Run, contentOf: (state: string) => number[]): void {
  const weight = state('policy/w', [2])
  const x = input('x', [2])

  test('a renamed group is read and written in the place of the declared one', async () => {
    executor().createState('policy/w', { shape: [2], data: new Float32Array([1, 2]) })
    executor().createState('reference/w', { shape: [2], data: new Float32Array([10, 20]) })
    const double = program('double', { w: weight }, [update('policy/w', mul(weight, 2), 'replace')])
    expect((await run(double, {}, { policy: 'reference' })).w).toEqual(tensor([2], 10, 20))
    expect([contentOf('policy/w'), contentOf('reference/w')]).toEqual([
      [1, 2],
      [20, 40],
    ])
  })

  test('a state that is missing or of another shape is named', async () => {
    const read = program('read', { w: state('policy/nowhere', [2]) })
    await expect(run(read)).rejects.toThrow('There is no state "policy/nowhere".')
    executor().createState('policy/nowhere', { shape: [3] })
    await expect(run(read)).rejects.toThrow('State "policy/nowhere" of "read" has shape [3], expected [2]')
    await expect(run(read, {}, { policy: 'other' })).rejects.toThrow('There is no state "other/nowhere".')
  })

  test('a failed run changes nothing', async () => {
    executor().createState('policy/w', { shape: [2], data: new Float32Array([1, 2]) })
    const step = program('step', {}, [update('policy/w', mul(weight, x), 'replace')])
    await expect(run(step, { x: tensor([3], 1, 1, 1) })).rejects.toThrow('Input "x"')
    expect(contentOf('policy/w')).toEqual([1, 2])
  })
}

function contentTests(executor: () => Executor, contentOf: (state: string) => number[]): void {
  test('frozen states compute as others do, beside states that change', async () => {
    executor().createState('fixed/w', { shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) })
    executor().createState('moving/b', { shape: [2], data: new Float32Array([10, 20]) })
    const [w, b, x] = [state('fixed/w', [2, 2]), state('moving/b', [2]), input('x', ['rows', 2])]
    const y = add(matmul(x, w, { transB: true }), b)
    const compiled = await executor().compile(program('frozen', { y }, [update('moving/b', mul(b, 2), 'replace')]), {
      frozen: ['fixed/w', 'fixed/elsewhere'],
    })
    expect((await compiled.run({ x: tensor([1, 2], 1, 1) })).y).toEqual(tensor([1, 2], 13, 27))
    expect((await compiled.run({ x: tensor([2, 2], 0, 1, 1, 0) })).y).toEqual(tensor([2, 2], 22, 44, 21, 43))
    await compiled.release()
  })

  test('states come and go by name', () => {
    executor().createState('gone/a', { shape: [2, 1] })
    expect(executor().hasState('gone/a')).toBe(true)
    expect(executor().readState('gone/a')).toEqual(tensor([2, 1], 0, 0))
    executor().dropState('gone/a')
    executor().dropState('gone/a')
    expect(executor().hasState('gone/a')).toBe(false)
    expect(() => executor().readState('gone/a')).toThrow('There is no state "gone/a".')
  })

  test('written and read content is copied', () => {
    const data = new Float32Array([1, 2])
    executor().createState('copied', { shape: [2] })
    executor().writeState('copied', data)
    data[0] = 9
    executor().readState('copied').data[1] = 9
    expect(contentOf('copied')).toEqual([1, 2])
  })

  test('content that does not fill its shape is refused', () => {
    expect(() => executor().createState('bad', { shape: [2, 2], data: new Float32Array(3) })).toThrow(
      'State "bad": got 3 elements, expected float32 [2,2].',
    )
    expect(() => executor().createState('bad', { shape: [2], dtype: 'int32', data: new Float32Array(2) })).toThrow(
      'expected int32 [2]',
    )
    executor().createState('good', { shape: [2] })
    expect(() => executor().writeState('good', new Float32Array(3))).toThrow('got 3 elements')
    expect(contentOf('good')).toEqual([0, 0])
  })
}
