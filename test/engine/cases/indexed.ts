/** Closed forms of reductions, distributions, order statistics, indexing and products. */
import * as g from '../../../src-main/engine/ops/gather.ts'
import { linear, matmul } from '../../../src-main/engine/ops/matmul.ts'
import * as r from '../../../src-main/engine/ops/reduce.ts'
import { indices, type OpCase, operand } from '../harness.ts'

const rowsOf = (x: readonly number[], width: number): number[][] =>
  Array.from({ length: x.length / width }, (_, row) => x.slice(row * width, (row + 1) * width))

const softmaxRow = (row: readonly number[]): number[] => {
  const total = row.reduce((sum, x) => sum + Math.exp(x), 0)
  return row.map((x) => Math.exp(x) / total)
}

const reductions: OpCase[] = [
  {
    op: 'reduceMax',
    operands: [operand([3, 4])],
    build: (x) => r.reduceMax(x!, [1]),
    expected: (x) => [rowsOf(x!, 4).map((row) => Math.max(...row))],
  },
  {
    op: 'softmax',
    operands: [operand([3, 4], -3, 3)],
    build: (x) => r.softmax(x!),
    expected: (x) => [rowsOf(x!, 4).flatMap(softmaxRow)],
  },
  { op: 'softmax', what: 'no rows', operands: [operand([0, 4])], build: (x) => r.softmax(x!), expected: () => [[]] },
  {
    op: 'softmax',
    what: 'a score far below vanishes',
    operands: [{ shape: [1, 3], data: [0, 0, -1e30], differentiable: false }],
    constant: true,
    build: (x) => r.softmax(x!),
    expected: () => [[0.5, 0.5, 0]],
  },
  {
    op: 'logSoftmax',
    operands: [operand([3, 4], -3, 3)],
    build: (x) => r.logSoftmax(x!),
    expected: (x) => [rowsOf(x!, 4).flatMap((row) => softmaxRow(row).map(Math.log))],
  },
  {
    op: 'cumsum',
    operands: [operand([2, 3])],
    build: (x) => r.cumsum(x!, 1),
    expected: (x) => [rowsOf(x!, 3).flatMap(([a, b, c]) => [a!, a! + b!, a! + b! + c!])],
  },
  {
    op: 'cumsum',
    what: 'exclusive and reverse',
    operands: [operand([2, 3])],
    build: (x) => r.cumsum(x!, 1, { exclusive: true, reverse: true }),
    expected: (x) => [rowsOf(x!, 3).flatMap(([, b, c]) => [b! + c!, c!, 0])],
  },
  {
    op: 'topK',
    operands: [{ shape: [2, 4], data: [1, 4, 2, 3, -1, -4, -2, -3] }],
    build: (x) => {
      const { values, indices: places } = r.topK(x!, 2)
      return [values, places]
    },
    expected: () => [
      [4, 3, -1, -2],
      [1, 3, 0, 2],
    ],
  },
  {
    op: 'argmax',
    constant: true,
    what: 'the lowest index wins a tie',
    operands: [{ shape: [2, 3], data: [1, 3, 3, 5, 2, 1] }],
    build: (x) => r.argmax(x!),
    expected: () => [[1, 0]],
  },
]

const indexed: OpCase[] = [
  {
    op: 'gather',
    what: 'rows, one of them twice',
    operands: [operand([3, 2]), indices([2, 2], [2, 0, 2, 1])],
    build: (x, i) => g.gather(x!, i!),
    expected: (x, i) => [i!.flatMap((row) => rowsOf(x!, 2)[row]!)],
  },
  {
    op: 'gather',
    what: 'columns',
    operands: [operand([2, 3]), indices([2], [2, 2])],
    build: (x, i) => g.gather(x!, i!, 1),
    expected: (x) => [rowsOf(x!, 3).flatMap((row) => [row[2]!, row[2]!])],
  },
  {
    op: 'gather',
    what: 'no indices',
    operands: [operand([3, 2]), indices([0], [])],
    build: (x, i) => g.gather(x!, i!),
    expected: () => [[]],
  },
  {
    op: 'scatterAdd',
    what: 'repeated rows add up',
    operands: [indices([4], [1, 0, 1, 1]), operand([4, 2])],
    build: (i, x) => g.scatterAdd(i!, x!, 3),
    expected: (_, x) => {
      const [a, b, c, d] = rowsOf(x!, 2) as [number[], number[], number[], number[]]
      return [[...b, a[0]! + c[0]! + d[0]!, a[1]! + c[1]! + d[1]!, 0, 0]]
    },
  },
  {
    op: 'gatherLast',
    operands: [operand([2, 3]), indices([2, 2], [2, 2, 0, 1])],
    build: (x, i) => g.gatherLast(x!, i!),
    expected: (x) => [[x![2]!, x![2]!, x![3]!, x![4]!]],
  },
  {
    op: 'scatterLast',
    operands: [operand([2, 2]), indices([2, 2], [2, 2, 0, 1])],
    build: (x, i) => g.scatterLast(x!, i!, 3),
    expected: (x) => [[0, 0, x![0]! + x![1]!, x![2]!, x![3]!, 0]],
  },
  {
    op: 'pickRows',
    operands: [operand([4, 2]), indices([2], [3, 1]), indices([4], [2, 1, 2, 0])],
    build: (x, picks, inverse) => g.pickRows(x!, picks!, inverse!),
    expected: (x) => [[...x!.slice(6, 8), ...x!.slice(2, 4)]],
  },
]

/** [rows, inner] · [inner, columns] in float64. */
function product(a: number[][], b: number[][]): number[] {
  return a.flatMap((row) => b[0]!.map((_, column) => row.reduce((sum, x, k) => sum + x * b[k]![column]!, 0)))
}
const flip = (a: number[][]): number[][] => a[0]!.map((_, column) => a.map((row) => row[column]!))

const products: OpCase[] = [
  ...[false, true].flatMap((transA) =>
    [false, true].map(
      (transB): OpCase => ({
        op: 'matmul',
        what: `transA ${transA}, transB ${transB}`,
        operands: [operand(transA ? [3, 2] : [2, 3]), operand(transB ? [4, 3] : [3, 4])],
        build: (a, b) => matmul(a!, b!, { transA, transB, alpha: 0.5 }),
        expected: (a, b) => {
          const left = rowsOf(a!, transA ? 2 : 3)
          const right = rowsOf(b!, transB ? 3 : 4)
          return [product(transA ? flip(left) : left, transB ? flip(right) : right).map((x) => x / 2)]
        },
      }),
    ),
  ),
  {
    op: 'matmul',
    what: 'batch axes broadcast',
    operands: [operand([2, 1, 2, 3]), operand([3, 3, 2])],
    build: (a, b) => matmul(a!, b!),
    expected: (a, b) => [
      [0, 1].flatMap((i) =>
        [0, 1, 2].flatMap((j) => product(rowsOf(a!.slice(i * 6, i * 6 + 6), 3), rowsOf(b!.slice(j * 6, j * 6 + 6), 2))),
      ),
    ],
  },
  {
    op: 'matmul',
    what: 'no rows',
    operands: [operand([0, 3]), operand([3, 2])],
    build: (a, b) => matmul(a!, b!),
    expected: () => [[]],
  },
  {
    op: 'linear',
    what: 'bias',
    operands: [operand([2, 3]), operand([4, 3]), operand([4])],
    build: (x, weight, bias) => linear(x!, weight!, bias!),
    expected: (x, weight, bias) => [product(rowsOf(x!, 3), flip(rowsOf(weight!, 3))).map((y, i) => y + bias![i % 4]!)],
  },
  {
    op: 'linear',
    what: 'residual',
    operands: [operand([2, 3]), operand([4, 3]), operand([2, 4])],
    build: (x, weight, residual) => linear(x!, weight!, residual!),
    expected: (x, weight, residual) => [
      product(rowsOf(x!, 3), flip(rowsOf(weight!, 3))).map((y, i) => y + residual![i]!),
    ],
  },
]

export const indexedCases: readonly OpCase[] = [...reductions, ...indexed, ...products]
