import { linear, type MatmulOptions, matmul } from '../../../src-main/engine/ops/matmul.ts'
import { asState, declaredAs, type Entry, entry, floats, normals } from './entry.ts'

const a = floats([2, 3], 1, 2, 3, 4, 5, 6)
const b = floats([3, 2], 7, 8, 9, 10, 11, 12)
const product = [58, 64, 139, 154]

const flags = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const

/** The same sizes under each pair of transpose flags: [2, 3] · [3, 4] after them. */
const transposed = (batchA: number[], batchB: number[], alpha: number): Entry[] =>
  flags.map(([transA, transB]) => {
    const options: MatmulOptions = { transA, transB, alpha }
    const left = normals([...batchA, ...(transA ? [3, 2] : [2, 3])], 71)
    const right = normals([...batchB, ...(transB ? [4, 3] : [3, 4])], 72)
    const title = `batch [${batchA}] · [${batchB}], transposed ${transA}, ${transB}, times ${alpha}`
    return entry('matmul', title, { x: left, y: right }, ({ x, y }) => matmul(x, y, options))
  })

const rows = (count: number) => declaredAs(['rows', 3], normals([count, 3], 73))
const weight = asState(normals([2, 3], 74))

export const productEntries: readonly Entry[] = [
  entry('matmul', 'two matrices', { x: a, y: b }, ({ x, y }) => matmul(x, y), { outputs: [product] }),
  ...transposed([], [], 1),
  ...transposed([], [], -0.5),
  ...transposed([2], [2], 1),
  ...transposed([2, 1], [3], 1),
  ...transposed([3], [], 2),
  entry('matmul', 'a row by a column', { x: normals([1, 3], 75), y: normals([3, 1], 76) }, ({ x, y }) => matmul(x, y)),
  entry('matmul', 'no rows', { x: rows(0), y: b }, ({ x, y }) => matmul(x, y), {
    outputs: [[]],
    gradients: { x: [], y: [0, 0, 0, 0, 0, 0] },
  }),
  entry('matmul', 'no rows, transposed', { x: rows(0), y: a }, ({ x, y }) => matmul(x, y, { transB: true }), {
    outputs: [[]],
    gradients: { x: [], y: [0, 0, 0, 0, 0, 0] },
  }),
  entry('matmul', 'nothing to sum over', { x: floats([2, 0]), y: floats([0, 2]) }, ({ x, y }) => matmul(x, y), {
    outputs: [[0, 0, 0, 0]],
  }),
  entry('linear', 'without an addend', { x: a, w: floats([1, 3], 1, 0, -1) }, ({ x, w }) => linear(x, w), {
    outputs: [[-2, -2]],
  }),
  entry('linear', 'with a bias', { x: rows(3), w: weight, bias: normals([2], 77) }, ({ x, w, bias }) =>
    linear(x, w, bias),
  ),
  entry(
    'linear',
    'with a residual',
    { x: rows(2), w: weight, residual: declaredAs(['rows', 2], normals([2, 2], 78)) },
    ({ x, w, residual }) => linear(x, w, residual),
  ),
  entry('linear', 'with a scalar', { x: rows(2), w: weight, bias: floats([], 3) }, ({ x, w, bias }) =>
    linear(x, w, bias),
  ),
  entry(
    'linear',
    'no rows',
    { x: rows(0), w: weight, bias: normals([2], 79) },
    ({ x, w, bias }) => linear(x, w, bias),
    {
      outputs: [[]],
      gradients: { x: [], w: [0, 0, 0, 0, 0, 0], bias: [0, 0] },
    },
  ),
]
