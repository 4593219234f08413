/** Matrix products. */
import { broadcastShapes, type Dim } from '../dims.ts'
import { apply, type Op, type Value } from '../graph.ts'
import { add } from './elementwise.ts'
import { sumTo } from './structure.ts'

export interface MatmulOptions {
  /** Swap the last two axes of the left operand. */
  readonly transA?: boolean
  readonly transB?: boolean
  /** A factor on the product. */
  readonly alpha?: number
}

function lastTwo(x: Value, swapped: boolean): [Dim, Dim] {
  if (x.shape.length < 2) throw new Error(`matmul: got shape [${x.shape}], expected at least two axes.`)
  const [rows, columns] = x.shape.slice(-2) as [Dim, Dim]
  return swapped ? [columns, rows] : [rows, columns]
}

export const matmulOp: Op = {
  name: 'matmul',
  costly: true,
  result: ([a, b], attrs) => {
    const [rows, innerA] = lastTwo(a!, attrs.transA === true)
    const [innerB, columns] = lastTwo(b!, attrs.transB === true)
    if (innerA !== innerB)
      throw new Error(`matmul: inner sizes ${innerA} and ${innerB} of [${a!.shape}] and [${b!.shape}] differ.`)
    const batch = broadcastShapes('matmul', a!.shape.slice(0, -2), b!.shape.slice(0, -2))
    return { shape: [...batch, rows, columns], dtype: 'float32' }
  },
  gradient: (value, [g], wanted) => {
    const [a, b] = value.inputs as [Value, Value]
    const { transA = false, transB = false, alpha = 1 } = value.attrs as MatmulOptions
    const left = () =>
      transA ? matmul(b, g!, { transA: transB, transB: true, alpha }) : matmul(g!, b, { transB: !transB, alpha })
    const right = () =>
      transB ? matmul(g!, a, { transA: true, transB: transA, alpha }) : matmul(a, g!, { transA: !transA, alpha })
    return [wanted[0] ? sumTo(left(), a.shape) : undefined, wanted[1] ? sumTo(right(), b.shape) : undefined]
  },
}

/** Product over the last two axes; leading axes broadcast. */
export function matmul(a: Value, b: Value, { transA = false, transB = false, alpha = 1 }: MatmulOptions = {}): Value {
  return apply(matmulOp, [a, b], { transA, transB, alpha })
}

export const linearOp: Op = {
  name: 'linear',
  costly: true,
  result: ([x, weight, addend]) => {
    if (x!.shape.length !== 2 || weight!.shape.length !== 2 || x!.shape[1] !== weight!.shape[1]) {
      throw new Error(`linear: got [${x!.shape}] and weight [${weight!.shape}], expected [rows, in] and [out, in].`)
    }
    const shape = [x!.shape[0]!, weight!.shape[0]!]
    if (addend) broadcastShapes('linear', addend.shape, shape)
    return { shape, dtype: 'float32' }
  },
  gradient: (value, [g], wanted) => {
    const [x, weight, addend] = value.inputs as [Value, Value, Value | undefined]
    return [
      wanted[0] ? matmul(g!, weight) : undefined,
      wanted[1] ? matmul(g!, x, { transA: true }) : undefined,
      ...(addend ? [wanted[2] ? sumTo(g!, addend.shape) : undefined] : []),
    ]
  },
  expand: (value) => {
    const [x, weight, addend] = value.inputs as [Value, Value, Value | undefined]
    const product = matmul(x, weight, { transB: true })
    return [addend ? add(product, addend) : product]
  },
}

/** x · weightᵀ + addend for x [rows, in], weight [out, in] (PyTorch's Linear); the addend is a bias or a residual. */
export function linear(x: Value, weight: Value, addend?: Value): Value {
  return apply(linearOp, addend ? [x, weight, addend] : [x, weight])
}
