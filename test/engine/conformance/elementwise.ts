import type { Value } from '../../../src-main/engine/graph.ts'
import * as op from '../../../src-main/engine/ops/elementwise.ts'
import { asState, bools, declaredAs, type Entry, entry, floats, ints, normals } from './entry.ts'

type Unary = (x: Value) => Value
type Binary = (x: Value, y: Value) => Value

/** Forward golden values at chosen points; gradients at the same points by central differences. */
const unary = (name: string, apply: Unary, points: number[], values: number[]): Entry =>
  entry(name, `at ${points}`, { x: floats([points.length], ...points) }, ({ x }) => apply(x), { outputs: [values] })

/** A pair of equal shapes, each broadcast of the two, and an empty operand. */
const binary = (name: string, apply: Binary, x: number[], y: number[], values: number[]): Entry[] => [
  entry(name, 'equal shapes', { x: floats([4], ...x), y: floats([4], ...y) }, (v) => apply(v.x, v.y), {
    outputs: [values],
  }),
  entry(name, 'a row over rows', { x: floats([2, 2], ...x), y: floats([2], ...y.slice(0, 2)) }, (v) => apply(v.x, v.y)),
  entry(name, 'a column over a row', { x: floats([2, 1], x[0]!, x[1]!), y: floats([1, 3], y[0]!, y[1]!, y[2]!) }, (v) =>
    apply(v.x, v.y),
  ),
  entry(name, 'a scalar first', { x: floats([], x[0]!), y: floats([2, 2], ...y) }, (v) => apply(v.x, v.y)),
  entry(
    name,
    'symbolic rows',
    { x: declaredAs(['rows', 2], floats([2, 2], ...x)), y: floats([2], y[0]!, y[1]!) },
    (v) => apply(v.x, v.y),
  ),
  entry(
    name,
    'no rows',
    { x: declaredAs(['rows', 2], floats([0, 2])), y: floats([2], ...y.slice(0, 2)) },
    (v) => apply(v.x, v.y),
    { outputs: [[]] },
  ),
]

export const elementwiseEntries: readonly Entry[] = [
  ...binary('add', op.add, [1, -2, 3, 0.5], [4, 5, -6, 0], [5, 3, -3, 0.5]),
  ...binary('sub', op.sub, [1, -2, 3, 0.5], [4, 5, -6, 0], [-3, -7, 9, 0.5]),
  ...binary('mul', op.mul, [1, -2, 3, 0.5], [4, 5, -6, 0], [4, -10, -18, 0]),
  ...binary('div', op.div, [1, -2, 3, 0.5], [4, -5, -6, 8], [0.25, 0.4, -0.5, 0.0625]),
  ...binary('max', op.max, [1, -2, 3, 0.5], [4, -5, 2, 0], [4, -2, 3, 0.5]),
  ...binary('min', op.min, [1, -2, 3, 0.5], [4, -5, 2, 0], [1, -5, 2, 0]),
  ...binary('pow', op.pow, [2, 0.5, 1.5, 3], [3, -1, 0.5, 2], [8, 2, 1.224744871391589, 9]),
  entry('add', 'int32', { x: ints([3], 1, -2, 7), y: ints([1], 5) }, ({ x, y }) => op.add(x, y), {
    outputs: [[6, 3, 12]],
  }),
  entry('mul', 'a number on the right', { x: floats([2], 3, -4) }, ({ x }) => op.mul(x, -0.5), {
    outputs: [[-1.5, 2]],
  }),
  entry('sub', 'a value with itself', { x: floats([2], 3, -4) }, ({ x }) => op.sub(x, x), {
    outputs: [[0, 0]],
    gradients: { x: [0, 0] },
  }),
  entry('mul', 'a state with an input', { w: asState(normals([3], 11)), x: normals([2, 3], 12) }, ({ w, x }) =>
    op.mul(x, w),
  ),
  entry(
    'max',
    'a tie shares the gradient',
    { x: floats([2], 1, 2), y: floats([2], 1, 2) },
    ({ x, y }) => op.max(x, y),
    {
      outputs: [[1, 2]],
      gradients: { x: [0.5, 0.5], y: [0.5, 0.5] },
    },
  ),
  entry('min', 'a tie shares the gradient', { x: floats([1], -3), y: floats([1], -3) }, ({ x, y }) => op.min(x, y), {
    outputs: [[-3]],
    gradients: { x: [0.5], y: [0.5] },
  }),
  entry('pow', 'negative bases', { x: floats([3], -2, -1.5, -3) }, ({ x }) => op.pow(x, 3), {
    outputs: [[-8, -3.375, -27]],
  }),
  entry(
    'pow',
    'a zero base: finite gradients as in PyTorch',
    { x: floats([3], 0, 0, 0), y: floats([3], 2, 1, 0) },
    ({ x, y }) => op.pow(x, y),
    { outputs: [[0, 0, 1]], gradients: { x: [0, 1, 0], y: [0, 0, 0] } },
  ),

  unary('neg', op.neg, [-1.5, 0, 2], [1.5, 0, -2]),
  unary('exp', op.exp, [-2, 0, 1, 3], [0.1353352832366127, 1, Math.E, 20.085536923187668]),
  unary('log', op.log, [0.25, 1, 10], [-1.3862943611198906, 0, Math.LN10]),
  unary('sqrt', op.sqrt, [0.25, 1, 2], [0.5, 1, Math.SQRT2]),
  unary('rsqrt', op.rsqrt, [0.25, 1, 2], [2, 1, 0.7071067811865475]),
  unary('abs', op.abs, [-3, -0.5, 2], [3, 0.5, 2]),
  unary('sign', op.sign, [-3, 0.5, 2], [-1, 1, 1]),
  unary('sigmoid', op.sigmoid, [-2, 0, 3], [0.11920292202211755, 0.5, 0.9525741268224334]),
  unary('silu', op.silu, [-2, 0, 3], [-0.2384058440442351, 0, 2.8577223804673]),
  entry('abs', 'a kink has slope 0', { x: floats([3], 0, -1, 1) }, ({ x }) => op.abs(x), {
    outputs: [[0, 1, 1]],
    gradients: { x: [0, -1, 1] },
  }),
  entry('sign', 'at 0', { x: floats([1], 0) }, ({ x }) => op.sign(x), { outputs: [[0]], wrt: [] }),
  entry('exp', 'far out', { x: floats([2], -200, -1e30) }, ({ x }) => op.exp(x), { outputs: [[0, 0]] }),
  entry('sigmoid', 'far out', { x: floats([2], -90, 90) }, ({ x }) => op.sigmoid(x), {
    outputs: [[0, 1]],
    gradients: { x: [0, 0] },
  }),
  entry('silu', 'far out', { x: floats([2], -100, 100) }, ({ x }) => op.silu(x), {
    outputs: [[0, 100]],
    gradients: { x: [0, 1] },
  }),
  entry('exp', 'no elements', { x: floats([0, 3]) }, ({ x }) => op.exp(x), { outputs: [[]] }),

  entry(
    'compare',
    'all kinds over int32',
    { x: ints([3], 1, 2, 3), y: ints([], 2) },
    ({ x, y }) => (['equal', 'less', 'lessOrEqual', 'greater'] as const).map((kind) => op.compare(x, y, kind)),
    {
      outputs: [
        [0, 1, 0],
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
      wrt: [],
    },
  ),
  entry(
    'compare',
    'all kinds over float32, broadcast',
    { x: floats([2, 1], -1, 0.5), y: floats([2], -1, 2) },
    ({ x, y }) => (['equal', 'less', 'lessOrEqual', 'greater'] as const).map((kind) => op.compare(x, y, kind)),
    {
      outputs: [
        [1, 0, 0, 0],
        [0, 1, 0, 1],
        [1, 1, 0, 1],
        [0, 0, 1, 0],
      ],
      wrt: [],
    },
  ),
  entry(
    'where',
    'everything broadcasts',
    { condition: bools([3, 1], 1, 0, 1), x: normals([2], 21), y: floats([1], 7) },
    ({ condition, x, y }) => op.where(condition, x, y),
  ),
  entry(
    'where',
    'int32',
    { condition: bools([2], 0, 1), x: ints([2], 1, 2), y: ints([2], 3, 4) },
    ({ condition, x, y }) => op.where(condition, x, y),
    { outputs: [[3, 2]] },
  ),
  entry(
    'where',
    'the branch not taken may be infinite',
    { x: floats([2], 0, 4) },
    ({ x }) => op.where(op.compare(x, 0, 'greater'), op.mul(x, x), op.mul(x, 0)),
    { outputs: [[0, 16]], gradients: { x: [0, 8] } },
  ),
  entry(
    'where',
    'no rows',
    { condition: bools([0, 1]), x: floats([0, 2]), y: floats([2], 1, 1) },
    ({ condition, x, y }) => op.where(condition, x, y),
    { outputs: [[]] },
  ),
]
