import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDims,
  bindShape,
  broadcastShapes,
  type Dim,
  evaluateDim,
  multiplyDims,
  sameShape,
  sizeOfShape,
  subtractDims,
} from '../../src-main/engine/dims.ts'

const names = ['batch', 'time', 'past', 'n_1']

/** A dim and the same arithmetic on plain numbers. */
interface Sample {
  readonly dim: Dim
  readonly at: (sizes: ReadonlyMap<string, number>) => number
}

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map((size): Sample => ({ dim: size, at: () => size })),
  fc.constantFrom(...names).map((name): Sample => ({ dim: name, at: (sizes) => sizes.get(name)! })),
)

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc
      .tuple(tie('sample'), tie('sample'), fc.constantFrom('+', '-', '*'))
      .map(
        ([left, right, sign]): Sample =>
          sign === '+'
            ? { dim: addDims(left.dim, right.dim), at: (sizes) => left.at(sizes) + right.at(sizes) }
            : sign === '-'
              ? { dim: subtractDims(left.dim, right.dim), at: (sizes) => left.at(sizes) - right.at(sizes) }
              : { dim: multiplyDims(left.dim, right.dim), at: (sizes) => left.at(sizes) * right.at(sizes) },
      ),
  ),
}))

const sizes = fc
  .tuple(...names.map(() => fc.integer({ min: 0, max: 7 })))
  .map((values) => new Map(names.map((name, place) => [name, values[place]!])))

/** A product of 0 and a negative number is -0, which is the size 0. */
const plain = (dim: Dim): Dim => (typeof dim === 'number' ? dim + 0 : dim)

/** Counter-examples are rare and runs are cheap, but the machine is shared. */
const runs = { numRuns: 200 }

describe('symbolic arithmetic', () => {
  test('evaluates as the same arithmetic on numbers', () => {
    fc.assert(
      fc.property(sample, sizes, ({ dim, at }, bound) => {
        expect(plain(evaluateDim(dim, bound))).toBe(plain(at(bound)))
      }),
      runs,
    )
  })

  test('is canonical: equal polynomials are equal dims', () => {
    fc.assert(
      fc.property(sample, sample, sample, ({ dim: a }, { dim: b }, { dim: c }) => {
        const same = (left: Dim, right: Dim) => expect(plain(left)).toBe(plain(right))
        same(addDims(a, b), addDims(b, a))
        same(multiplyDims(a, b), multiplyDims(b, a))
        same(addDims(addDims(a, b), c), addDims(a, b, c))
        same(multiplyDims(multiplyDims(a, b), c), multiplyDims(a, multiplyDims(b, c)))
        same(multiplyDims(a, addDims(b, c)), addDims(multiplyDims(a, b), multiplyDims(a, c)))
        same(subtractDims(addDims(a, b), b), a)
        same(subtractDims(a, a), 0)
        same(multiplyDims(a, 1), a)
        same(multiplyDims(a, 0), 0)
      }),
      runs,
    )
  })

  test('reads as people write it', () => {
    expect(addDims('past', 1)).toBe('past+1')
    expect(subtractDims('time', 1)).toBe('time-1')
    expect(subtractDims(3, 'time')).toBe('-time+3')
    expect(multiplyDims(4, 'time', 'batch')).toBe('4*batch*time')
    expect(multiplyDims('n', addDims('n', -2))).toBe('-2*n+n*n')
    expect(multiplyDims(2, 3)).toBe(6)
    expect(multiplyDims()).toBe(1)
    expect(addDims()).toBe(0)
  })

  test('takes sums and products written in any order', () => {
    expect(addDims('time*batch')).toBe('batch*time')
    expect(addDims('1+time*3*batch-past')).toBe(addDims('-past', 'batch*3*time', 1))
    expect(evaluateDim('time*2-batch*time', new Map(Object.entries({ time: 5, batch: 3 })))).toBe(-5)
  })

  test('names what is unbound', () => {
    expect(() => evaluateDim('2*time', new Map())).toThrow('The size "time" in dim "2*time" is unbound.')
  })
})

describe('binding a shape', () => {
  const bind = (declared: Dim[], actual: number[], known: [string, number][] = []) => {
    const bound = new Map(known)
    bindShape('Input "x"', declared, actual, bound)
    return Object.fromEntries(bound)
  }

  test('reads bare names, one size for each', () => {
    expect(bind(['rows', 3, 'rows'], [2, 3, 2])).toEqual({ rows: 2 })
    expect(bind([], [])).toEqual({})
    expect(bind(['rows', 3], [0, 3])).toEqual({ rows: 0 })
    expect(() => bind(['rows', 'rows'], [2, 3])).toThrow('Input "x" has shape [2,3], expected [rows,rows]')
  })

  test('checks polynomials of names that are known, whatever their order', () => {
    expect(bind(['2*rows', 'rows'], [6, 3])).toEqual({ rows: 3 })
    expect(() => bind(['2*rows', 'rows'], [5, 3])).toThrow('[5,3], expected [2*rows,rows] with rows = 3.')
  })

  test('says the rank, the size and what earlier data fixed', () => {
    expect(() => bind(['rows', 3], [2])).toThrow('Input "x" has shape [2], expected [rows,3] with no sizes bound.')
    expect(() => bind(['rows', 3], [2, 4])).toThrow('Input "x" has shape [2,4], expected [rows,3] with rows = 2.')
    expect(() => bind(['rows'], [2], [['rows', 5]])).toThrow('Input "x" has shape [2], expected [rows] with rows = 5.')
  })
})

describe('broadcasting', () => {
  const dim = fc.constantFrom<Dim>(1, 2, 0, 'rows', '2*rows')
  const shape = fc.array(dim, { maxLength: 4 })

  test('a shape with itself, a scalar or its ones is itself', () => {
    fc.assert(
      fc.property(shape, (given) => {
        const ones = given.map((): Dim => 1)
        for (const other of [given, [], ones]) {
          expect(broadcastShapes('op', given, other)).toEqual(given)
          expect(broadcastShapes('op', other, given)).toEqual(given)
        }
      }),
      runs,
    )
  })

  test('stretches ones and adds leading axes', () => {
    expect(broadcastShapes('op', ['rows', 1], [3])).toEqual(['rows', 3])
    expect(broadcastShapes('op', [4, 1, 2], [3, 1], ['rows', 1, 1, 1])).toEqual(['rows', 4, 3, 2])
    expect(broadcastShapes('op', [0], [1])).toEqual([0])
  })

  test('refuses sizes that differ, symbolic ones included', () => {
    expect(() => broadcastShapes('add', [2], [3])).toThrow('add: shapes [2] and [3] do not broadcast.')
    expect(() => broadcastShapes('add', ['rows', 2], ['time', 2])).toThrow('do not broadcast')
    expect(() => broadcastShapes('add', [0], [2])).toThrow('do not broadcast')
  })
})

test('sizes of shapes', () => {
  expect(sizeOfShape([])).toBe(1)
  expect(sizeOfShape([2, 0, 3])).toBe(0)
  expect(sameShape(['rows', 2], ['rows', 2])).toBe(true)
  expect(sameShape(['rows'], ['rows', 2])).toBe(false)
  expect(sameShape([2], [3])).toBe(false)
})
