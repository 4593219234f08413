/** One closed form or more per primitive op. */
import { constant } from '../../../src-main/engine/graph.ts'
import * as e from '../../../src-main/engine/ops/elementwise.ts'
import * as s from '../../../src-main/engine/ops/structure.ts'
import { type OpCase, type Operand, operand } from '../harness.ts'

type Unary = (x: number) => number
const unary = (
  op: string,
  build: OpCase['build'],
  f: Unary,
  low = -2,
  high = 2,
  extra: Partial<OpCase> = {},
): OpCase => ({
  op,
  operands: [operand([2, 3], low, high)],
  build,
  expected: (x) => [x.map(f)],
  ...extra,
})

type Binary = (x: number, y: number) => number
const binary = (op: string, build: OpCase['build'], f: Binary, low = -2, high = 2): OpCase[] => [
  {
    op,
    what: 'same shape',
    operands: [operand([2, 3], low, high), operand([2, 3], low, high)],
    build,
    expected: (x, y) => [x.map((left, i) => f(left, y[i]!))],
  },
  {
    op,
    what: 'broadcast both ways',
    operands: [operand([2, 1], low, high), operand([3], low, high)],
    build,
    expected: (x, y) => [x.flatMap((left) => y.map((right) => f(left, right)))],
  },
  {
    op,
    what: 'zero length',
    operands: [operand([0, 3], low, high), operand([3], low, high)],
    build,
    expected: () => [[]],
  },
]

const fixed = (shape: number[], data: number[], more: Partial<Operand> = {}): Operand => ({ shape, data, ...more })
const bools = (data: number[]): Operand => ({ shape: [data.length], data, dtype: 'bool', differentiable: false })

const elementwise: OpCase[] = [
  ...binary('add', e.add as OpCase['build'], (x, y) => x + y),
  ...binary('sub', e.sub as OpCase['build'], (x, y) => x - y),
  ...binary('mul', e.mul as OpCase['build'], (x, y) => x * y),
  ...binary('div', e.div as OpCase['build'], (x, y) => x / y, 0.5, 2),
  ...binary('pow', e.pow as OpCase['build'], (x, y) => x ** y, 0.5, 2),
  ...binary('max', e.max as OpCase['build'], Math.max),
  ...binary('min', e.min as OpCase['build'], Math.min),
  unary(
    'neg',
    (x) => e.neg(x!),
    (x) => -x,
  ),
  unary('exp', (x) => e.exp(x!), Math.exp),
  unary('log', (x) => e.log(x!), Math.log, 0.5, 2),
  unary('sqrt', (x) => e.sqrt(x!), Math.sqrt, 0.5, 2),
  unary(
    'rsqrt',
    (x) => e.rsqrt(x!),
    (x) => 1 / Math.sqrt(x),
    0.5,
    2,
  ),
  unary('abs', (x) => e.abs(x!), Math.abs, 0.5, 2),
  unary('abs', (x) => e.abs(x!), Math.abs, -2, -0.5),
  unary('sign', (x) => e.sign(x!), Math.sign, -2, 2, { constant: true }),
  unary(
    'sigmoid',
    (x) => e.sigmoid(x!),
    (x) => 1 / (1 + Math.exp(-x)),
  ),
  unary(
    'silu',
    (x) => e.silu(x!),
    (x) => x / (1 + Math.exp(-x)),
  ),
  ...(['equal', 'less', 'lessOrEqual', 'greater'] as const).map(
    (kind): OpCase => ({
      op: 'compare',
      what: kind,
      constant: true,
      operands: [fixed([3], [1, 2, 3]), fixed([3], [2, 2, 2])],
      build: (x, y) => s.cast(e.compare(x!, y!, kind), 'float32'),
      expected: () => [{ equal: [0, 1, 0], less: [1, 0, 0], lessOrEqual: [1, 1, 0], greater: [0, 0, 1] }[kind]],
    }),
  ),
  {
    op: 'where',
    operands: [bools([1, 0, 1]), operand([2, 3]), operand([1])],
    build: (condition, x, y) => e.where(condition!, x!, y!),
    expected: (condition, x, y) => [x!.map((left, i) => (condition![i % 3] ? left : y![0]!))],
  },
]

const structure: OpCase[] = [
  {
    op: 'cast',
    what: 'float32 to int32 truncates towards zero',
    constant: true,
    operands: [fixed([4], [1.7, -1.7, 0, 3])],
    build: (x) => s.cast(x!, 'int32'),
    expected: () => [[1, -1, 0, 3]],
  },
  {
    op: 'reshape',
    operands: [{ ...operand([2, 6]), declared: ['rows', 6] }],
    build: (x) => s.reshape(x!, ['rows', 2, 3]),
    expected: (x) => [x!],
  },
  {
    op: 'reshape',
    what: 'two symbolic dims, one of size zero',
    operands: [{ ...operand([0, 2, 3]), declared: ['rows', 'columns', 3] }],
    build: (x) => s.reshape(s.transpose(x!, [1, 0, 2]), ['columns', 'rows', 3]),
    expected: () => [[]],
  },
  {
    op: 'transpose',
    operands: [operand([2, 3, 2])],
    build: (x) => s.transpose(x!, [2, 0, 1]),
    expected: (x) => [[0, 1].flatMap((c) => [0, 1].flatMap((a) => [0, 1, 2].map((b) => x![(a * 3 + b) * 2 + c]!)))],
  },
  {
    op: 'broadcastTo',
    operands: [operand([2, 1])],
    build: (x) => s.broadcastTo(x!, [3, 2, 2]),
    expected: (x) => [[0, 1, 2].flatMap(() => [x![0]!, x![0]!, x![1]!, x![1]!])],
  },
  {
    op: 'slice',
    what: 'symbolic bounds',
    operands: [{ ...operand([4, 2]), declared: ['rows', 2] }],
    build: (x) => s.slice(x!, 0, 1, 'rows-1'),
    expected: (x) => [x!.slice(2, 6)],
  },
  {
    op: 'pad',
    operands: [operand([2, 2])],
    build: (x) => s.pad(x!, 1, 1, 2),
    expected: (x) => [[0, x![0]!, x![1]!, 0, 0, 0, x![2]!, x![3]!, 0, 0]],
  },
  {
    op: 'concat',
    operands: [operand([2, 1]), operand([2, 2])],
    build: (x, y) => s.concat([x!, y!], 1),
    expected: (x, y) => [[x![0]!, y![0]!, y![1]!, x![1]!, y![2]!, y![3]!]],
  },
  {
    op: 'concat',
    what: 'zero length piece',
    operands: [operand([0, 2]), operand([2, 2])],
    build: (x, y) => s.concat([x!, y!], 0),
    expected: (_, y) => [y!],
  },
  {
    op: 'reduceSum',
    operands: [operand([2, 3, 2])],
    build: (x) => s.reduceSum(x!, [0, 2]),
    expected: (x) => [[0, 1, 2].map((b) => [0, 1, 6, 7].reduce((sum, offset) => sum + x![b * 2 + offset]!, 0))],
  },
  {
    op: 'reduceSum',
    what: 'over a zero-length axis is zero',
    operands: [operand([0, 3])],
    build: (x) => s.reduceSum(x!, [0], true),
    expected: () => [[0, 0, 0]],
  },
  {
    op: 'size',
    constant: true,
    operands: [{ ...operand([4, 2]), declared: ['rows', 2] }],
    build: (x) => e.add(e.mul(s.reduceSum(x!, [0, 1]), 0), s.size('rows')),
    expected: () => [[4]],
  },
  {
    op: 'iota',
    constant: true,
    operands: [{ ...operand([3]), declared: ['n'] }],
    build: (x) => e.add(e.mul(x!, 0), s.cast(s.iota('n'), 'float32')),
    expected: () => [[0, 1, 2]],
  },
  { op: 'input', operands: [operand([2])], build: (x) => e.add(x!, 0), expected: (x) => [x!] },
  {
    op: 'constant',
    operands: [operand([2])],
    build: (x) => e.mul(x!, constant(new Float32Array([2, 3]), [2])),
    expected: (x) => [[2 * x![0]!, 3 * x![1]!]],
  },
]

export const primitiveCases: readonly OpCase[] = [...elementwise, ...structure]
