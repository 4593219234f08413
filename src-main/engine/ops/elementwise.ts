/** Elementwise ops under NumPy broadcasting. */
import { broadcastShapes } from '../dims.ts'
import { apply, type Op, scalar, type Value } from '../graph.ts'
import { cast, sumTo } from './structure.ts'

type UnaryGradient = (g: Value, x: Value, y: Value) => Value
type BinaryGradient = (g: Value, x: Value, y: Value, result: Value) => Value

function unaryOp(name: string, gradient?: UnaryGradient): Op {
  return {
    name,
    result: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    ...(gradient && { gradient: (value, [g]) => [gradient(g!, value.inputs[0]!, value)] }),
  }
}

function binaryOp(name: string, left: BinaryGradient, right: BinaryGradient): Op {
  return {
    name,
    result: ([x, y]) => {
      if (x!.dtype !== y!.dtype) throw new Error(`${name}: ${x!.dtype} and ${y!.dtype} do not mix; cast one of them.`)
      return { shape: broadcastShapes(name, x!.shape, y!.shape), dtype: x!.dtype }
    },
    gradient: (value, [g], wanted) => {
      const [x, y] = value.inputs as [Value, Value]
      return [
        wanted[0] ? sumTo(left(g!, x, y, value), x.shape) : undefined,
        wanted[1] ? sumTo(right(g!, x, y, value), y.shape) : undefined,
      ]
    },
  }
}

const unary = (op: Op) => (x: Value) => apply(op, [x])
const binary = (op: Op) => (x: Value, y: Value | number) =>
  apply(op, [x, typeof y === 'number' ? cast(scalar(y), x.dtype) : y])

/** 1 where x wins, ½ at a tie, 0 where it loses: how PyTorch splits the gradient of maximum and minimum. */
function share(x: Value, y: Value, winner: 'less' | 'greater'): Value {
  return where(compare(x, y, 'equal'), scalar(0.5), where(compare(x, y, winner), scalar(1), scalar(0)))
}

export const addOp = binaryOp(
  'add',
  (g) => g,
  (g) => g,
)
export const subOp = binaryOp(
  'sub',
  (g) => g,
  (g) => neg(g),
)
export const mulOp = binaryOp(
  'mul',
  (g, _, y) => mul(g, y),
  (g, x) => mul(g, x),
)
export const divOp = binaryOp(
  'div',
  (g, _, y) => div(g, y),
  (g, _, y, result) => neg(div(mul(g, result), y)),
)
/** 0 where x is 0, else `slope`: 0 · ∞ would be NaN there. */
const unlessZero = (x: Value, slope: Value) => where(compare(x, 0, 'equal'), scalar(0), slope)

// x⁰ is flat, and so is 0ʸ in y, as in PyTorch.
export const powOp = binaryOp(
  'pow',
  (g, x, y) => mul(g, unlessZero(y, mul(y, pow(x, sub(y, 1))))),
  (g, x, _, result) => mul(g, unlessZero(x, mul(result, log(x)))),
)
export const maxOp = binaryOp(
  'max',
  (g, x, y) => mul(g, share(x, y, 'greater')),
  (g, x, y) => mul(g, share(y, x, 'greater')),
)
export const minOp = binaryOp(
  'min',
  (g, x, y) => mul(g, share(x, y, 'less')),
  (g, x, y) => mul(g, share(y, x, 'less')),
)

export const negOp = unaryOp('neg', (g) => neg(g))
export const expOp = unaryOp('exp', (g, _, y) => mul(g, y))
export const logOp = unaryOp('log', (g, x) => div(g, x))
export const sqrtOp = unaryOp('sqrt', (g, _, y) => div(mul(g, 0.5), y))
export const rsqrtOp: Op = {
  ...unaryOp('rsqrt', (g, x, y) => mul(mul(g, -0.5), div(y, x))),
  expand: (value) => [div(scalar(1), sqrt(value.inputs[0]!))],
}
export const absOp = unaryOp('abs', (g, x) => mul(g, sign(x)))
export const signOp = unaryOp('sign')
export const sigmoidOp = unaryOp('sigmoid', (g, _, y) => mul(g, mul(y, sub(scalar(1), y))))
export const siluOp: Op = {
  ...unaryOp('silu', (g, x, y) => mul(g, mul(sigmoid(x), sub(add(x, 1), y)))),
  expand: (value) => [mul(value.inputs[0]!, sigmoid(value.inputs[0]!))],
}

export const add = binary(addOp)
export const sub = binary(subOp)
export const mul = binary(mulOp)
export const div = binary(divOp)
export const pow = binary(powOp)
export const max = binary(maxOp)
export const min = binary(minOp)
export const neg = unary(negOp)
export const exp = unary(expOp)
export const log = unary(logOp)
export const sqrt = unary(sqrtOp)
export const rsqrt = unary(rsqrtOp)
export const abs = unary(absOp)
export const sign = unary(signOp)
export const sigmoid = unary(sigmoidOp)
export const silu = unary(siluOp)

export type Comparison = 'equal' | 'less' | 'lessOrEqual' | 'greater'

export const compareOp: Op = {
  name: 'compare',
  result: ([x, y]) => ({ shape: broadcastShapes('compare', x!.shape, y!.shape), dtype: 'bool' }),
}

export function compare(x: Value, y: Value | number, kind: Comparison): Value {
  return apply(compareOp, [x, typeof y === 'number' ? cast(scalar(y), x.dtype) : y], { kind })
}

export const whereOp: Op = {
  name: 'where',
  result: ([condition, x, y]) => {
    if (condition!.dtype !== 'bool' || x!.dtype !== y!.dtype) {
      throw new Error(
        `where: got ${condition!.dtype}, ${x!.dtype}, ${y!.dtype}; expected bool and two values of one type.`,
      )
    }
    return { shape: broadcastShapes('where', condition!.shape, x!.shape, y!.shape), dtype: x!.dtype }
  },
  gradient: (value, [g], wanted) => {
    const [condition, x, y] = value.inputs as [Value, Value, Value]
    return [
      undefined,
      wanted[1] ? sumTo(where(condition, g!, scalar(0)), x.shape) : undefined,
      wanted[2] ? sumTo(where(condition, scalar(0), g!), y.shape) : undefined,
    ]
  },
}

export function where(condition: Value, x: Value, y: Value): Value {
  return apply(whereOp, [condition, x, y])
}
