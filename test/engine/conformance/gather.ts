import * as op from '../../../src-main/engine/ops/gather.ts'
import { asState, declaredAs, type Entry, entry, floats, ints, normals } from './entry.ts'

const table = floats([3, 2], 1, 2, 3, 4, 5, 6)
const indices = (count: number, ...values: number[]) => declaredAs(['n'], ints([count], ...values))

const rows: readonly Entry[] = [
  entry('gather', 'rows, one of them twice', { x: table, i: ints([4], 2, 0, 2, 1) }, ({ x, i }) => op.gather(x, i), {
    outputs: [[5, 6, 1, 2, 5, 6, 3, 4]],
    gradients: { x: [1, 1, 1, 1, 2, 2] },
  }),
  entry('gather', 'rows at symbolic indices', { x: table, i: indices(2, 1, 1) }, ({ x, i }) => op.gather(x, i)),
  entry('gather', 'one row', { x: table, i: ints([], 1) }, ({ x, i }) => op.gather(x, i), { outputs: [[3, 4]] }),
  entry(
    'gather',
    'an inner axis at a matrix of indices',
    { x: normals([2, 3, 2], 61), i: ints([2, 2], 2, 0, 1, 2) },
    (v) => op.gather(v.x, v.i, 1),
  ),
  entry('gather', 'the last axis', { x: table, i: ints([3], 1, 0, 1) }, ({ x, i }) => op.gather(x, i, -1)),
  entry('gather', 'no indices', { x: table, i: indices(0) }, ({ x, i }) => op.gather(x, i), {
    outputs: [[]],
    gradients: { x: [0, 0, 0, 0, 0, 0] },
  }),
  entry(
    'gather',
    'int32 from a state',
    { x: asState(ints([3], 7, 8, 9)), i: ints([2], 2, 2) },
    ({ x, i }) => op.gather(x, i),
    {
      outputs: [[9, 9]],
    },
  ),
  entry(
    'scatterAdd',
    'repeated and missing rows',
    { u: table, i: ints([3], 3, 0, 3) },
    ({ u, i }) => op.scatterAdd(i, u, 4),
    {
      outputs: [[3, 4, 0, 0, 0, 0, 6, 8]],
    },
  ),
  entry(
    'scatterAdd',
    'numbers',
    { u: floats([3], 1, 2, 4), i: ints([3], 0, 0, 1) },
    ({ u, i }) => op.scatterAdd(i, u, 2),
    {
      outputs: [[3, 4]],
    },
  ),
  entry(
    'scatterAdd',
    'nothing',
    { u: declaredAs(['n', 2], floats([0, 2])), i: indices(0) },
    ({ u, i }) => op.scatterAdd(i, u, 2),
    { outputs: [[0, 0, 0, 0]] },
  ),
  entry(
    'scatterAdd',
    'many to one row',
    { u: normals([40, 3], 62), i: ints([40], ...Array<number>(40).fill(1)) },
    ({ u, i }) => op.scatterAdd(i, u, 2),
  ),
]

const last: readonly Entry[] = [
  entry('gatherLast', 'several per row', { x: normals([2, 4], 63), i: ints([2, 3], 3, 3, 0, 1, 2, 0) }, ({ x, i }) =>
    op.gatherLast(x, i),
  ),
  entry('gatherLast', 'one per row', { x: table, i: ints([3, 1], 0, 1, 1) }, ({ x, i }) => op.gatherLast(x, i), {
    outputs: [[1, 4, 6]],
  }),
  entry(
    'gatherLast',
    'no rows',
    { x: declaredAs(['n', 2], floats([0, 2])), i: declaredAs(['n', 1], ints([0, 1])) },
    (v) => op.gatherLast(v.x, v.i),
    { outputs: [[]] },
  ),
  entry(
    'scatterLast',
    'repeated places add up',
    { u: table, i: ints([3, 2], 0, 0, 2, 1, 1, 2) },
    ({ u, i }) => op.scatterLast(u, i, 3),
    { outputs: [[3, 0, 0, 0, 4, 3, 0, 5, 6]] },
  ),
  entry(
    'scatterLast',
    'no rows',
    { u: declaredAs(['n', 2], floats([0, 2])), i: declaredAs(['n', 2], ints([0, 2])) },
    (v) => op.scatterLast(v.u, v.i, 3),
    { outputs: [[]] },
  ),
]

const picks: readonly Entry[] = [
  entry(
    'pickRows',
    'some rows, out of order',
    { x: normals([4, 2], 64), picks: indices(2, 3, 1), inverse: ints([4], 2, 1, 2, 0) },
    (v) => op.pickRows(v.x, v.picks, v.inverse),
  ),
  entry(
    'pickRows',
    'all rows',
    { x: table, picks: indices(3, 0, 1, 2), inverse: ints([3], 0, 1, 2) },
    (v) => op.pickRows(v.x, v.picks, v.inverse),
    { outputs: [[1, 2, 3, 4, 5, 6]] },
  ),
  entry(
    'pickRows',
    'none',
    { x: table, picks: indices(0), inverse: ints([3], 0, 0, 0) },
    (v) => op.pickRows(v.x, v.picks, v.inverse),
    { outputs: [[]], gradients: { x: [0, 0, 0, 0, 0, 0] } },
  ),
]

export const gatherEntries = [...rows, ...last, ...picks]
