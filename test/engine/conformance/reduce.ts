import * as op from '../../../src-main/engine/ops/reduce.ts'
import { declaredAs, type Entry, entry, floats, normals } from './entry.ts'

const matrix = floats([2, 3], 1, 5, 2, -4, -6, -5)
const rows = (count: number) => declaredAs(['rows', 4], normals([count, 4], 51))

const extremes: readonly Entry[] = [
  entry(
    'reduceMax',
    'each axis, with and without it kept',
    { x: matrix },
    ({ x }) => [op.reduceMax(x, [0]), op.reduceMax(x, [-1], true), op.reduceMax(x, [0, 1])],
    { outputs: [[1, 5, 2], [5, -4], [5]] },
  ),
  entry('reduceMax', 'ties share the gradient', { x: floats([4], 2, 1, 2, 0) }, ({ x }) => op.reduceMax(x, [0]), {
    outputs: [[2]],
    gradients: { x: [0.5, 0, 0.5, 0] },
  }),
  entry('reduceMax', 'over symbolic rows', { x: rows(3) }, ({ x }) => op.reduceMax(x, [0])),
  entry('div', 'as a mean over every axis', { x: matrix }, ({ x }) => op.reduceMean(x, [0, 1]), {
    outputs: [[-7 / 6]],
  }),
  entry('size', 'as a mean over symbolic rows', { x: rows(3) }, ({ x }) => op.reduceMean(x, [0], true)),
  entry(
    'add',
    'over a list of squares',
    { x: matrix, y: floats([], 3) },
    ({ x, y }) => op.addAll([op.sumOfSquares(x), op.sumOfSquares(y)]),
    { outputs: [[116]] },
  ),
]

const distributions: readonly Entry[] = [
  entry('softmax', 'two rows', { x: floats([2, 3], 0, 0, 0, 1, 2, 3) }, ({ x }) => op.softmax(x), {
    outputs: [[1 / 3, 1 / 3, 1 / 3, 0.09003057317038046, 0.24472847105479764, 0.6652409557748218]],
  }),
  entry('softmax', 'large scores', { x: floats([3], 1000, 1001, -1e30) }, ({ x }) => op.softmax(x), {
    outputs: [[0.2689414213699951, 0.7310585786300049, 0]],
    gradients: { x: [0, 0, 0] },
  }),
  entry('softmax', 'higher rank', { x: normals([2, 2, 3], 52) }, ({ x }) => op.softmax(x)),
  entry('softmax', 'one column', { x: normals([3, 1], 53) }, ({ x }) => op.softmax(x), { outputs: [[1, 1, 1]] }),
  entry('softmax', 'no rows', { x: rows(0) }, ({ x }) => op.softmax(x), { outputs: [[]] }),
  entry('logSoftmax', 'two rows', { x: floats([2, 3], 0, 0, 0, 1, 2, 3) }, ({ x }) => op.logSoftmax(x), {
    outputs: [
      [
        -1.0986122886681098, -1.0986122886681098, -1.0986122886681098, -2.4076059644443806, -1.4076059644443806,
        -0.4076059644443806,
      ],
    ],
  }),
  entry('logSoftmax', 'large scores', { x: floats([3], 1000, 1001, 0) }, ({ x }) => op.logSoftmax(x), {
    outputs: [[-1.3132616875182228, -0.3132616875182228, -1001.3132616875182]],
    gradients: { x: [1 - 3 * 0.2689414213699951, 1 - 3 * 0.7310585786300049, 1] },
  }),
  entry('logSoftmax', 'no rows', { x: rows(0) }, ({ x }) => op.logSoftmax(x), { outputs: [[]] }),
  entry('exp', 'inside an entropy', { x: floats([2, 2], 0, 0, 3, 1) }, ({ x }) => op.entropyOf(op.logSoftmax(x)), {
    outputs: [[Math.LN2, 0.3653338550490766]],
  }),
]

const orders: readonly Entry[] = [
  entry(
    'cumsum',
    'in all four directions',
    { x: floats([3], 1, 2, 4) },
    ({ x }) => [
      op.cumsum(x, 0),
      op.cumsum(x, 0, { exclusive: true }),
      op.cumsum(x, 0, { reverse: true }),
      op.cumsum(x, 0, { exclusive: true, reverse: true }),
    ],
    {
      outputs: [
        [1, 3, 7],
        [0, 1, 3],
        [7, 6, 4],
        [6, 4, 0],
      ],
    },
  ),
  entry('cumsum', 'an inner and an outer axis', { x: normals([2, 3, 2], 54) }, ({ x }) => [
    op.cumsum(x, 1, { exclusive: true }),
    op.cumsum(x, 0),
    op.cumsum(x, -1, { reverse: true }),
  ]),
  entry('cumsum', 'no rows', { x: rows(0) }, ({ x }) => op.cumsum(x, 1), { outputs: [[]] }),
  entry(
    'topK',
    'ties take the lower index',
    { x: floats([2, 4], 1, 7, 7, 3, -1, -1, -1, -2) },
    ({ x }) => {
      const { values, indices } = op.topK(x, 3)
      return [values, indices]
    },
    {
      outputs: [
        [7, 7, 3, -1, -1, -1],
        [1, 2, 3, 0, 1, 2],
      ],
      gradients: { x: [0, 1, 1, 1, 1, 1, 1, 0] },
    },
  ),
  entry('topK', 'all of them', { x: normals([2, 5], 55) }, ({ x }) => op.topK(x, 5).values),
  entry('topK', 'symbolic rows, one kept', { x: rows(3) }, ({ x }) => op.topK(x, 1).values),
  entry('topK', 'no rows', { x: rows(0) }, ({ x }) => op.topK(x, 2).values, { outputs: [[]] }),
  entry(
    'part',
    'either result of a tuple',
    { x: floats([2], 3, 9) },
    ({ x }) => [op.topK(x, 1).indices, op.topK(x, 1).values],
    { outputs: [[1], [9]] },
  ),
  entry(
    'argmax',
    'ties take the lower index',
    { x: floats([3, 3], 1, 7, 7, 5, 5, 5, -3, -2, -1) },
    ({ x }) => op.argmax(x),
    {
      outputs: [[1, 0, 2]],
      wrt: [],
    },
  ),
  entry('argmax', 'no rows', { x: rows(0) }, ({ x }) => op.argmax(x), { outputs: [[]], wrt: [] }),
]

export const reduceEntries = [...extremes, ...distributions, ...orders]
