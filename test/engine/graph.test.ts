/** Building graphs and programs: what a wrong graph is told, and what a program collects. */
import { describe, expect, test } from 'vitest'
import {
  constant,
  input,
  nameOf,
  part,
  program,
  scalar,
  state,
  substitute,
  topologicalOrder,
  type Value,
} from '../../src-main/engine/graph.ts'
import { attention } from '../../src-main/engine/ops/attention.ts'
import { add, mul, where } from '../../src-main/engine/ops/elementwise.ts'
import { gather, gatherLast, scatterAdd } from '../../src-main/engine/ops/gather.ts'
import { linear, matmul } from '../../src-main/engine/ops/matmul.ts'
import { rmsNorm, rope } from '../../src-main/engine/ops/network.ts'
import { reduceMax, softmax, topK } from '../../src-main/engine/ops/reduce.ts'
import { broadcastTo, concat, pad, reduceSum, reshape, slice, transpose } from '../../src-main/engine/ops/structure.ts'
import { tokenStats } from '../../src-main/engine/ops/token-stats.ts'

const x = input('x', ['rows', 4])
const ids = input('ids', ['rows'], 'int32')
const sizes = { time: 3, batch: 1, heads: 2, keyValueHeads: 2, headDim: 2, blocks: 1 }

describe('a graph that does not fit is refused where it is built', () => {
  const cases: readonly [string, () => Value, string][] = [
    ['add', () => add(x, input('y', [3])), 'add: shapes [rows,4] and [3] do not broadcast.'],
    ['add', () => add(x, ids), 'add: float32 and int32 do not mix; cast one of them.'],
    ['where', () => where(x, x, x), 'where: got float32, float32, float32; expected bool and two values of one type.'],
    ['reshape', () => reshape(x, ['rows', 3]), 'reshape: [rows,4] and [rows,3] hold different numbers of elements.'],
    [
      'transpose',
      () => transpose(x, [0, 0]),
      'transpose: the order [0,0] is not a permutation of the axes of [rows,4].',
    ],
    ['broadcastTo', () => broadcastTo(x, ['rows', 8]), 'broadcastTo: shapes [rows,4] and [rows,8] do not broadcast.'],
    ['broadcastTo', () => broadcastTo(x, [4]), 'broadcastTo: [rows,4] does not broadcast to [4].'],
    ['reduceSum', () => reduceSum(x, [2]), 'reduceSum: axis 2 is outside a value of rank 2.'],
    [
      'concat',
      () => concat([x, input('y', ['rows', 3])], 0),
      'concat on axis 0: [rows,4] and [rows,3] differ elsewhere.',
    ],
    ['gather', () => gather(x, input('f', [2])), 'gather: got float32 indices, expected int32.'],
    [
      'gatherLast',
      () => gatherLast(x, ids),
      'gatherLast: got [rows,4] and indices [rows], which differ before the last axis.',
    ],
    [
      'scatterAdd',
      () => scatterAdd(ids, input('u', [2, 4]), 3),
      'got indices [rows] and updates [2,4], expected [n] and [n, …].',
    ],
    ['matmul', () => matmul(x, x), 'matmul: inner sizes 4 and rows of [rows,4] and [rows,4] differ.'],
    ['matmul', () => matmul(ids, x), 'matmul: got shape [rows], expected at least two axes.'],
    [
      'linear',
      () => linear(x, input('w', [4, 3])),
      'linear: got [rows,4] and weight [4,3], expected [rows, in] and [out, in].',
    ],
    [
      'rmsNorm',
      () => rmsNorm(x, input('w', [3]), 0),
      'rmsNorm: got [rows,4] and weight [3], expected [..., n] and [n].',
    ],
    ['rope', () => rope(x, ids, input('c', [9, 2]), input('s', [9, 2]), 3), 'rope: got [rows,4], expected [rows, 12]'],
    [
      'attention',
      () => attention(x, x, x, sizes),
      'attention: got q [rows,4], k [rows,4], v [rows,4]; expected [3,4], [3,4] twice.',
    ],
    [
      'attention',
      () => attention(input('q', [3, 6]), input('k', [3, 4]), input('v', [3, 4]), { ...sizes, heads: 3 }),
      'attention: 3 heads do not share 2 key/value heads evenly.',
    ],
    [
      'tokenStats',
      () => tokenStats(x, x, input('t', [2], 'int32'), scalar(1)).logprobs,
      'tokenStats: got hidden [rows,4]',
    ],
    ['part', () => part(topK(x, 2).values.inputs[0]!, 2), 'topK has no result 2.'],
    ['part', () => part(x, 0), 'input has no result 0.'],
  ]
  test.each(cases)('%s', (_, build, sentence) => {
    expect(build).toThrow(sentence)
  })
})

test('what changes nothing adds nothing to the graph', () => {
  for (const same of [
    reshape(x, ['rows', 4]),
    broadcastTo(x, ['rows', 4]),
    pad(x, 0, 0, 0),
    concat([x], 0),
    reduceSum(x, []),
    reduceMax(x, []),
  ]) {
    expect(same).toBe(x)
  }
})

test('shapes are computed with symbols', () => {
  expect(concat([x, x, input('y', [1, 4])], 0).shape).toEqual(['2*rows+1', 4])
  expect(slice(x, 0, 1, 'rows').shape).toEqual(['rows-1', 4])
  expect(pad(x, 0, 'rows', 1).shape).toEqual(['2*rows+1', 4])
  expect(reshape(x, ['4*rows']).shape).toEqual(['4*rows'])
  expect(matmul(x, x, { transB: true }).shape).toEqual(['rows', 'rows'])
})

describe('a program', () => {
  const weight = state('policy/w', [4])

  test('collects the leaves that its outputs and updates need, each name once', () => {
    const y = mul(x, weight)
    const unused = input('unused', [1])
    const built = program('step', { y }, [{ state: 'policy/w', value: reduceSum(y, [0]), mode: 'replace' }])
    expect(built.inputs.map(nameOf)).toEqual(['x'])
    expect(built.states.map(nameOf)).toEqual(['policy/w'])
    expect(topologicalOrder(Object.values(built.outputs))).not.toContain(unused)
  })

  test('reads what it adds to, and not what it appends to or replaces', () => {
    const value = reduceSum(x, [0])
    const statesOf = (mode: 'replace' | 'accumulate' | 'append') =>
      program('update', {}, [{ state: 's', value, mode }]).states.map(nameOf)
    expect(statesOf('accumulate')).toEqual(['s'])
    expect(statesOf('replace')).toEqual([])
    expect(statesOf('append')).toEqual([])
  })

  test('refuses two shapes or types under one name', () => {
    expect(() => program('clash', { y: reduceSum(x, [1]), z: input('x', ['rows', 5]) })).toThrow(
      'The program "clash" declares "x" as [rows,4] and [rows,5].',
    )
    expect(() => program('clash', { y: x, z: input('x', ['rows', 4], 'int32') })).toThrow('declares "x"')
  })

  test('has something to compute', () => {
    expect(() => program('idle', {})).toThrow('The program "idle" has neither outputs nor updates.')
  })
})

describe('walks over a graph', () => {
  test('every value comes once, after its inputs', () => {
    const y = softmax(mul(x, x))
    const order = topologicalOrder([add(y, x), y])
    expect(new Set(order).size).toBe(order.length)
    for (const [place, value] of order.entries()) {
      for (const source of value.inputs) expect(order.indexOf(source)).toBeLessThan(place)
    }
  })

  test('a replacement reaches every use, and leaves the rest shared', () => {
    const inner = mul(x, x)
    const aside = softmax(x)
    const y = add(add(inner, inner), aside)
    const other = constant(new Float32Array(4), [4])
    const [replaced] = substitute([y], new Map([[inner, other]]))
    const order = topologicalOrder([replaced!])
    expect(order).toContain(other)
    expect(order).not.toContain(inner)
    expect(order).toContain(aside)
    expect(topologicalOrder([y])).not.toContain(other)
    expect(substitute([aside], new Map([[inner, other]]))).toEqual([aside])
  })
})
