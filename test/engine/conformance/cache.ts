/** Caches on an executor: states that grow on their leading axis. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor, Tensor } from '../../../src-main/engine/executor.ts'
import { input, type Program, program, state, type Value } from '../../../src-main/engine/graph.ts'
import { iota, reduceSum, reshape, slice } from '../../../src-main/engine/ops/structure.ts'
import type { MakeExecutor } from './entry.ts'

const name = 'cache/k'
const rows = input('rows', ['time', 'batch', 1])
const held = state(name, ['past', 'batch', 1])
const appending = (value: Value) => [{ state: name, value, mode: 'append' }] as const
const append = program('append', { rows }, appending(rows))
const grow = program('grow', { total: reduceSum(held, [0]) }, appending(slice(held, 0, 0, 1)))

const tensor = (shape: readonly number[], ...values: number[]): Tensor => ({ shape, data: new Float32Array(values) })

interface Subject {
  readonly executor: () => Executor
  readonly run: (what: Program, inputs?: Record<string, Tensor>) => Promise<Record<string, Tensor>>
  /** An empty cache of rows for two sequences. */
  readonly create: (capacity: number) => void
  /** Appends rows of two numbers. */
  readonly fill: (...values: number[]) => Promise<unknown>
  readonly content: () => number[]
}

/** Growth, cutting back and selection of entries, on any executor. */
export function cacheConformance(executorName: string, make: MakeExecutor): void {
  describe(`${executorName}: caches`, () => {
    let executor: Executor
    beforeAll(async () => {
      executor = await make()
    })
    afterAll(() => executor.dispose())

    const run = async (what: Program, inputs: Record<string, Tensor> = {}) => {
      const compiled = await executor.compile(what)
      try {
        return await compiled.run(inputs)
      } finally {
        await compiled.release()
      }
    }
    const subject: Subject = {
      executor: () => executor,
      run,
      create: (capacity) => executor.createCache(name, { capacity, rowShape: [2, 1] }),
      fill: (...values) => run(append, { rows: tensor([values.length / 2, 2, 1], ...values) }),
      content: () => [...executor.readState(name).data],
    }
    growthTests(subject)
    entryTests(subject)
  })
}

function growthTests({ executor, run, create, fill, content }: Subject): void {
  test('a cache grows by the rows appended, and is read at its length', async () => {
    create(4)
    expect(executor().cacheLength(name)).toBe(0)
    await fill(1, 2, 3, 4)
    expect(executor().cacheLength(name)).toBe(2)
    expect((await run(grow)).total).toEqual(tensor([2, 1], 4, 6))
    expect(executor().readState(name)).toEqual(tensor([3, 2, 1], 1, 2, 3, 4, 1, 2))
  })

  test('a full cache refuses more, and keeps what it has', async () => {
    create(2)
    await fill(1, 2)
    const sentence = 'The cache "cache/k" holds 1 of 2 rows and cannot take 2 more.'
    await expect(fill(3, 4, 5, 6)).rejects.toThrow(sentence)
    await fill(3, 4)
    expect(content()).toEqual([1, 2, 3, 4])
  })

  test('a cache cut back is written over from there', async () => {
    create(3)
    await fill(1, 2, 3, 4, 5, 6)
    executor().setCacheLength(name, 1)
    await fill(7, 8)
    expect(content()).toEqual([1, 2, 7, 8])
    for (const length of [4, -1]) {
      expect(() => executor().setCacheLength(name, length)).toThrow(`has room for 3 rows, not ${length}.`)
    }
  })

  test('a plain state is no cache', () => {
    executor().createState('plain', { shape: [1, 2] })
    expect(() => executor().cacheLength('plain')).toThrow('The state "plain" is not a cache.')
  })

  test('an empty cache is not read', async () => {
    create(2)
    await expect(run(grow)).rejects.toThrow('"grow" reads "cache/k", which is empty.')
  })

  test('the length of a cache is a size of the program', async () => {
    create(3)
    await fill(1, 2, 3, 4)
    const places = program('places', { places: iota('past'), past: reshape(held, ['batch*past']) })
    const { places: found, past } = await run(places)
    expect(found).toEqual({ shape: [2], data: new Int32Array([0, 1]) })
    expect(past).toEqual(tensor([4], 1, 2, 3, 4))
  })
}

function entryTests({ executor, run, create, fill, content }: Subject): void {
  const gather = (entries: number[], size: { rows: number; capacity: number }) =>
    executor().gatherCache(name, [{ from: name, entries: new Int32Array(entries) }], size)

  test('entries are dropped, repeated and put in order; the capacity may change', async () => {
    create(2)
    await fill(1, 2, 3, 4)
    gather([1, 0, 1], { rows: 2, capacity: 3 })
    expect(executor().readState(name)).toEqual(tensor([2, 3, 1], 2, 1, 2, 4, 3, 4))
    await run(append, { rows: tensor([1, 3, 1], 5, 6, 7) })
    gather([2], { rows: 3, capacity: 3 })
    expect(executor().readState(name)).toEqual(tensor([3, 1, 1], 2, 4, 7))
    gather([], { rows: 3, capacity: 3 })
    expect(executor().readState(name).shape).toEqual([3, 0, 1])
  })

  test('the first rows can be left out', async () => {
    create(3)
    await fill(1, 2, 3, 4, 5, 6)
    gather([1, 0], { rows: 2, capacity: 2 })
    expect(executor().readState(name)).toEqual(tensor([2, 2, 1], 4, 3, 6, 5))
  })

  test('caches of different lengths meet at their last rows', async () => {
    create(3)
    await fill(1, 2, 3, 4, 5, 6)
    executor().gatherCache('other', [{ from: name, entries: new Int32Array([1]) }], { rows: 1, capacity: 1 })
    const sources = [
      { from: 'other', entries: new Int32Array([0, 0]) },
      { from: name, entries: new Int32Array([0]) },
    ]
    executor().gatherCache(name, sources, { rows: 3, capacity: 4 })
    expect(executor().readState(name)).toEqual(tensor([3, 3, 1], 0, 0, 1, 0, 0, 3, 6, 6, 5))
    await run(append, { rows: tensor([1, 3, 1], 7, 8, 9) })
    expect(content().slice(-3)).toEqual([7, 8, 9])
    executor().dropState('other')
  })

  test('entries and capacities that do not fit are refused', async () => {
    create(2)
    await fill(1, 2, 3, 4)
    expect(() => gather([0, 2], { rows: 2, capacity: 2 })).toThrow(
      'The cache "cache/k" has entries 0 to 1; entry 2 was asked for.',
    )
    expect(() => gather([0], { rows: 2, capacity: 1 })).toThrow('The cache "cache/k" has room for 1 rows, not 2.')
    expect(content()).toEqual([1, 2, 3, 4])
  })
}
