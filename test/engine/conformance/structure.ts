import { multiplyDims } from '../../../src-main/engine/dims.ts'
import { constant, input } from '../../../src-main/engine/graph.ts'
import { add, mul } from '../../../src-main/engine/ops/elementwise.ts'
import * as op from '../../../src-main/engine/ops/structure.ts'
import { asState, bools, declaredAs, type Entry, entry, floats, ints, normals } from './entry.ts'

const square = floats([2, 3], 1, 2, 3, 4, 5, 6)
const rows = (count: number) => declaredAs(['rows', 3], normals([count, 3], 31))

const leafEntries: readonly Entry[] = [
  entry('input', 'returned as it is', { x: square }, ({ x }) => x, { outputs: [[1, 2, 3, 4, 5, 6]] }),
  entry('state', 'returned as it is', { x: asState(square) }, ({ x }) => x, { outputs: [[1, 2, 3, 4, 5, 6]] }),
  entry('state', 'int32', { x: asState(ints([2], -1, 4)) }, ({ x }) => x, { outputs: [[-1, 4]] }),
  entry(
    'constant',
    'of every type',
    { x: floats([], 0) },
    ({ x }) => [
      add(constant(new Float32Array([1.5, -2]), [2, 1]), x),
      constant(new Int32Array([3, -4]), [2]),
      constant(new Uint8Array([1, 0]), [2]),
    ],
    {
      outputs: [
        [1.5, -2],
        [3, -4],
        [1, 0],
      ],
    },
  ),
  entry('constant', 'larger than what is compared by content', { x: floats([1], 2) }, ({ x }) =>
    mul(add(constant(new Float32Array(40).fill(1), [40]), constant(new Float32Array(40).fill(2), [40])), x),
  ),
]

const castEntries: readonly Entry[] = [
  entry(
    'cast',
    'float32 to int32 cuts towards 0',
    { x: floats([4], -1.7, -0.2, 0.9, 2.5) },
    ({ x }) => op.cast(x, 'int32'),
    {
      outputs: [[-1, 0, 0, 2]],
      wrt: [],
    },
  ),
  entry('cast', 'int32 and bool to float32', { x: ints([2], -3, 4), y: bools([2], 1, 0) }, ({ x, y }) => [
    op.cast(x, 'float32'),
    op.cast(y, 'float32'),
  ]),
  entry(
    'cast',
    'float32 and int32 to bool',
    { x: floats([3], 0, -0.5, 2), y: ints([2], 0, -1) },
    ({ x, y }) => [op.cast(x, 'bool'), op.cast(y, 'bool')],
    {
      outputs: [
        [0, 1, 1],
        [0, 1],
      ],
      wrt: [],
    },
  ),
  entry('cast', 'bool to int32', { x: bools([2], 1, 0) }, ({ x }) => op.cast(x, 'int32'), { outputs: [[1, 0]] }),
]

const shapeEntries: readonly Entry[] = [
  entry('reshape', 'to fewer and more axes', { x: square }, ({ x }) => [op.reshape(x, [6]), op.reshape(x, [3, 1, 2])]),
  entry('reshape', 'to and from a scalar', { x: floats([1, 1], 4) }, ({ x }) => op.reshape(op.reshape(x, []), [1])),
  entry('reshape', 'symbolic', { x: declaredAs(['time', 'batch', 2], normals([3, 2, 2], 32)) }, ({ x }) =>
    op.reshape(x, [multiplyDims('time', 'batch'), 2]),
  ),
  entry('reshape', 'symbolic, back to two axes', { x: declaredAs(['time', 'batch'], normals([3, 2], 33)) }, ({ x }) =>
    op.reshape(op.reshape(x, [multiplyDims('time', 'batch')]), ['batch', 'time']),
  ),
  entry(
    'reshape',
    'no elements',
    { x: declaredAs(['rows', 4], floats([0, 4])) },
    ({ x }) => op.reshape(x, ['rows', 2, 2]),
    {
      outputs: [[]],
    },
  ),
  entry('reshape', 'a literal 0', { x: floats([0, 4]) }, ({ x }) => op.reshape(x, [2, 0]), { outputs: [[]] }),
  entry('transpose', 'a matrix', { x: square }, ({ x }) => op.transpose(x, [1, 0]), { outputs: [[1, 4, 2, 5, 3, 6]] }),
  entry('transpose', 'a cycle of four axes', { x: normals([2, 3, 1, 4], 34) }, ({ x }) =>
    op.transpose(x, [3, 0, 2, 1]),
  ),
  entry('transpose', 'no elements', { x: floats([2, 0, 3]) }, ({ x }) => op.transpose(x, [2, 0, 1]), { outputs: [[]] }),
  entry(
    'broadcastTo',
    'new and stretched axes',
    { x: floats([2, 1], 1, -2) },
    ({ x }) => op.broadcastTo(x, [3, 2, 2]),
    {
      outputs: [[1, 1, -2, -2, 1, 1, -2, -2, 1, 1, -2, -2]],
    },
  ),
  entry('broadcastTo', 'symbolic', { x: normals([1, 3], 35), like: rows(4) }, ({ x, like }) =>
    mul(op.broadcastTo(x, ['rows', 3]), like),
  ),
  entry('broadcastTo', 'to no rows', { x: floats([], 5), like: rows(0) }, ({ x, like }) =>
    mul(op.broadcastTo(x, ['rows', 3]), like),
  ),
]

const sliceEntries: readonly Entry[] = [
  entry('slice', 'the middle of each axis', { x: normals([4, 3, 5], 36) }, ({ x }) => [
    op.slice(x, 0, 1, 3),
    op.slice(x, 1, 2, 3),
    op.slice(x, -1, 0, 4),
  ]),
  entry('slice', 'nothing', { x: square }, ({ x }) => op.slice(x, 1, 2, 2), { outputs: [[]] }),
  entry('slice', 'the last row of a symbolic axis', { x: rows(3) }, ({ x }) => op.slice(x, 0, 'rows-1', 'rows')),
  entry('slice', 'all but the first row of one', { x: rows(1) }, ({ x }) => op.slice(x, 0, 1, 'rows'), {
    outputs: [[]],
  }),
  entry('pad', 'both sides', { x: square }, ({ x }) => op.pad(x, 1, 1, 2), {
    outputs: [[0, 1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0]],
  }),
  entry('pad', 'int32', { x: ints([2], 5, 6) }, ({ x }) => op.pad(x, 0, 0, 1), { outputs: [[5, 6, 0]] }),
  entry('pad', 'by a symbolic number of rows', { x: rows(2) }, ({ x }) => op.pad(x, 0, 'rows', 1)),
  entry('pad', 'nothing to zeros', { x: floats([0, 2]) }, ({ x }) => op.pad(x, 0, 1, 1), { outputs: [[0, 0, 0, 0]] }),
  entry('concat', 'three along each axis', { x: normals([2, 1], 37), y: normals([2, 2], 38) }, ({ x, y }) => [
    op.concat([x, y, x], 1),
    op.concat([y, y], -2),
  ]),
  entry('concat', 'symbolic with empty', { x: rows(2), y: floats([0, 3]) }, ({ x, y }) => op.concat([y, x, x], 0)),
  entry('concat', 'int32', { x: ints([1], 3), y: ints([2], 4, 5) }, ({ x, y }) => op.concat([x, y], 0), {
    outputs: [[3, 4, 5]],
  }),
]

const reduceEntries: readonly Entry[] = [
  entry(
    'reduceSum',
    'each axis, with and without it kept',
    { x: square },
    ({ x }) => [op.reduceSum(x, [0]), op.reduceSum(x, [-1], true), op.reduceSum(x, [0, 1])],
    { outputs: [[5, 7, 9], [6, 15], [21]] },
  ),
  entry('reduceSum', 'outer and inner axis', { x: normals([2, 3, 2], 39) }, ({ x }) => op.reduceSum(x, [0, 2])),
  entry('reduceSum', 'of nothing is 0', { x: floats([0, 2]) }, ({ x }) => op.reduceSum(x, [0]), { outputs: [[0, 0]] }),
  entry('reduceSum', 'over symbolic rows', { x: rows(3) }, ({ x }) => op.reduceSum(x, [0])),
  entry('reduceSum', 'int32', { x: ints([3], 1, 2, -5) }, ({ x }) => op.reduceSum(x, [0]), { outputs: [[-2]] }),
  entry('size', 'a polynomial of sizes', { x: declaredAs(['time', 'batch'], normals([3, 2], 40)) }, ({ x }) => [
    mul(x, op.size('batch*time+1')),
    op.size(multiplyDims(2, 'time')),
  ]),
  entry('iota', 'fixed and symbolic', { x: rows(4) }, ({ x }) => [x, op.iota(3), op.iota('rows'), op.iota('2*rows-7')]),
  entry('iota', 'of nothing', { x: rows(0) }, ({ x }) => [x, op.iota('rows')], { outputs: [[], []] }),
]

/** Two declarations of one input are one tensor. */
const nameEntry = entry('input', 'found by name', { x: square }, ({ x }) => add(x, input('x', [2, 3])), {
  outputs: [[2, 4, 6, 8, 10, 12]],
  wrt: [],
})

export const structureEntries = [
  ...leafEntries,
  nameEntry,
  ...castEntries,
  ...shapeEntries,
  ...sliceEntries,
  ...reduceEntries,
]
