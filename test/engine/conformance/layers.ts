import { apply } from '../../../src-main/engine/graph.ts'
import { rmsNorm, rope, ropeOp, swiglu } from '../../../src-main/engine/ops/network.ts'
import { rmsNormOf, ropeOf } from '../../helpers/reference/closed-forms.ts'
import { asState, declaredAs, type Entry, type Expectation, entry, floats, ints, normals } from './entry.ts'

const rows = (count: number, width: number, seed = 81) => declaredAs(['rows', width], normals([count, width], seed))
const weight = asState(floats([4], 1, -2, 0.5, 3))
const eps = 1e-6

const normOf = (eps: number): Expectation => ({ closedForm: ({ x, w }) => [rmsNormOf(x!, w!, eps)] })

const norms: readonly Entry[] = [
  entry(
    'rmsNorm',
    'a row of known norm',
    { x: floats([1, 4], 3, -3, 3, 3), w: weight },
    ({ x, w }) => rmsNorm(x, w, 0),
    {
      outputs: [[1, 2, 0.5, 3]],
    },
  ),
  entry('rmsNorm', 'symbolic rows', { x: rows(3, 4), w: weight }, ({ x, w }) => rmsNorm(x, w, eps), normOf(eps)),
  entry('rmsNorm', 'a large eps', { x: rows(2, 4), w: weight }, ({ x, w }) => rmsNorm(x, w, 0.5), normOf(0.5)),
  entry('rmsNorm', 'a zero row', { x: floats([1, 2], 0, 0), w: floats([2], 1, 2) }, ({ x, w }) => rmsNorm(x, w, 0.25), {
    outputs: [[0, 0]],
    gradients: { x: [2, 4], w: [0, 0] },
  }),
  entry(
    'rmsNorm',
    'three axes',
    { x: normals([2, 3, 4], 82), w: weight },
    ({ x, w }) => rmsNorm(x, w, eps),
    normOf(eps),
  ),
  entry('rmsNorm', 'width 1', { x: normals([3, 1], 83), w: floats([1], 2) }, ({ x, w }) => rmsNorm(x, w, 0.1)),
  entry('rmsNorm', 'no rows', { x: rows(0, 4), w: weight }, ({ x, w }) => rmsNorm(x, w, eps), {
    outputs: [[]],
    gradients: { x: [], w: [0, 0, 0, 0] },
  }),
]

const gates: readonly Entry[] = [
  entry('swiglu', 'known values', { gate: floats([2], 0, 3), up: floats([2], 5, -2) }, (v) => swiglu(v.gate, v.up), {
    outputs: [[0, -5.7154447609346]],
  }),
  entry('swiglu', 'symbolic rows', { gate: rows(3, 2), up: rows(3, 2, 85) }, (v) => swiglu(v.gate, v.up)),
  entry('swiglu', 'far out', { gate: floats([2], -90, 90), up: floats([2], 1, 1) }, (v) => swiglu(v.gate, v.up), {
    outputs: [[0, 90]],
    gradients: { gate: [0, 1], up: [0, 90] },
  }),
  entry('swiglu', 'one row of many', { gate: rows(1, 5, 86), up: rows(1, 5, 87) }, (v) => swiglu(v.gate, v.up)),
  entry('swiglu', 'no rows', { gate: rows(0, 2), up: rows(0, 2) }, (v) => swiglu(v.gate, v.up), { outputs: [[]] }),
]

/** Angles position · (0.5, 0.1) for a head of four. */
const angles = Array.from({ length: 6 }, (_, position) => [0.5 * position, 0.1 * position]).flat()
const tables = {
  cos: asState(floats([6, 2], ...angles.map(Math.cos))),
  sin: asState(floats([6, 2], ...angles.map(Math.sin))),
}
const places = (...values: number[]) => declaredAs(['rows'], ints([values.length], ...values))
const wrt = ['x']

const rotations: readonly Entry[] = [
  entry(
    'rope',
    'a quarter turn pairs the halves',
    { x: floats([1, 4], 1, 2, 3, 4), at: ints([1], 0), cos: floats([1, 2], 0, 0), sin: floats([1, 2], 1, 1) },
    ({ x, at, cos, sin }) => rope(x, at, cos, sin, 1),
    { outputs: [[-3, -4, 1, 2]], wrt },
  ),
  entry(
    'rope',
    'position 0 turns nothing',
    { x: declaredAs(['rows', 4], floats([1, 4], 1, 2, 3, 4)), at: places(0), ...tables },
    ({ x, at, cos, sin }) => rope(x, at, cos, sin, 1),
    { outputs: [[1, 2, 3, 4]], wrt },
  ),
  entry(
    'rope',
    'three heads at repeated positions out of order',
    { x: rows(4, 12), at: places(5, 0, 3, 3), ...tables },
    ({ x, at, cos, sin }) => rope(x, at, cos, sin, 3),
    { wrt, closedForm: ({ x, at }) => [ropeOf(x!, 4, 3, (row, pair) => at![row]! * (pair === 0 ? 0.5 : 0.1))] },
  ),
  entry(
    'rope',
    'backwards',
    { x: rows(3, 8), at: places(1, 2, 4), ...tables },
    ({ x, at, cos, sin }) => apply(ropeOp, [x, at, cos, sin], { heads: 2, inverse: true }),
    { wrt, closedForm: ({ x, at }) => [ropeOf(x!, 4, 2, (row, pair) => -at![row]! * (pair === 0 ? 0.5 : 0.1))] },
  ),
  entry(
    'rope',
    'there and back is the identity',
    { x: declaredAs(['rows', 4], floats([2, 4], 1, 2, 3, 4, -5, 6, -7, 8)), at: places(2, 5), ...tables },
    ({ x, at, cos, sin }) => apply(ropeOp, [rope(x, at, cos, sin, 1), at, cos, sin], { heads: 1, inverse: true }),
    { outputs: [[1, 2, 3, 4, -5, 6, -7, 8]], wrt },
  ),
  entry(
    'rope',
    'no rows',
    { x: rows(0, 4), at: places(), ...tables },
    ({ x, at, cos, sin }) => rope(x, at, cos, sin, 1),
    { outputs: [[]], wrt },
  ),
]

export const layerEntries = [...norms, ...gates, ...rotations]
