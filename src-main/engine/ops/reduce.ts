/** Reductions, distributions over the last axis, and order statistics. */
import { type Dim, multiplyDims } from '../dims.ts'
import { apply, type Op, part, scalar, type Value } from '../graph.ts'
import { add, compare, div, exp, log, mul, neg, sub, where } from './elementwise.ts'
import { scatterLast } from './gather.ts'
import { axisOf, reducedShape, reduceSum, size, unreduce } from './structure.ts'

const sameType: Op['result'] = ([x]) => ({ shape: x!.shape, dtype: x!.dtype })

export const reduceMaxOp: Op = {
  name: 'reduceMax',
  result: ([x], attrs) => ({
    shape: reducedShape(x!.shape, attrs.axes as readonly number[], attrs.keepDims as boolean),
    dtype: x!.dtype,
  }),
  // Ties share the gradient evenly, as PyTorch's amax does.
  gradient: (value, [g]) => {
    const x = value.inputs[0]!
    const hit = where(compare(x, unreduce(value, value), 'equal'), scalar(1), scalar(0))
    const count = reduceSum(hit, value.attrs.axes as readonly number[], true)
    return [mul(unreduce(g!, value), div(hit, count))]
  },
}

export function reduceMax(x: Value, axes: readonly number[], keepDims = false): Value {
  if (axes.length === 0) return x
  return apply(reduceMaxOp, [x], { axes: axes.map((axis) => axisOf('reduceMax', axis, x.shape.length)), keepDims })
}

export function reduceMean(x: Value, axes: readonly number[], keepDims = false): Value {
  const count = multiplyDims(...axes.map((axis) => x.shape[axisOf('reduceMean', axis, x.shape.length)]!))
  return div(reduceSum(x, axes, keepDims), size(count))
}

export const softmaxOp: Op = {
  name: 'softmax',
  result: sameType,
  gradient: (value, [g]) => [mul(value, sub(g!, reduceSum(mul(g!, value), [-1], true)))],
  expand: ({ inputs: [x] }) => {
    const shifted = exp(sub(x!, reduceMax(x!, [-1], true)))
    return [div(shifted, reduceSum(shifted, [-1], true))]
  },
}

/** Softmax over the last axis. */
export function softmax(x: Value): Value {
  return apply(softmaxOp, [x])
}

export const logSoftmaxOp: Op = {
  name: 'logSoftmax',
  result: sameType,
  gradient: (value, [g]) => [sub(g!, mul(exp(value), reduceSum(g!, [-1], true)))],
  expand: ({ inputs: [x] }) => {
    const shifted = sub(x!, reduceMax(x!, [-1], true))
    return [sub(shifted, log(reduceSum(exp(shifted), [-1], true)))]
  },
}

/** Log-softmax over the last axis. */
export function logSoftmax(x: Value): Value {
  return apply(logSoftmaxOp, [x])
}

export const cumsumOp: Op = {
  name: 'cumsum',
  result: sameType,
  gradient: (value, [g]) => [
    apply(cumsumOp, [g!], { axis: value.attrs.axis, reverse: !value.attrs.reverse, exclusive: value.attrs.exclusive }),
  ],
}

/** Running sum along an axis; exclusive leaves the element itself out. */
export function cumsum(x: Value, axis: number, options: { reverse?: boolean; exclusive?: boolean } = {}): Value {
  const { reverse = false, exclusive = false } = options
  return apply(cumsumOp, [x], { axis: axisOf('cumsum', axis, x.shape.length), reverse, exclusive })
}

export const topKOp: Op = {
  name: 'topK',
  result: ([x], attrs) => {
    const shape = [...x!.shape.slice(0, -1), attrs.count as Dim]
    return [
      { shape, dtype: x!.dtype },
      { shape, dtype: 'int32' },
    ]
  },
  gradient: (value, [g]) => {
    const x = value.inputs[0]!
    return [g && scatterLast(g, part(value, 1), x.shape.at(-1)!)]
  },
}

/** The largest `count` elements of the last axis in falling order, and their indices (int32); ties: lower index first. */
export function topK(x: Value, count: Dim): { values: Value; indices: Value } {
  const result = apply(topKOp, [x], { count })
  return { values: part(result, 0), indices: part(result, 1) }
}

export const argmaxOp: Op = {
  name: 'argmax',
  result: ([x]) => ({ shape: x!.shape.slice(0, -1), dtype: 'int32' }),
}

/** Index (int32) of the largest element of the last axis; ties: the lowest index. */
export function argmax(x: Value): Value {
  return apply(argmaxOp, [x])
}

/** Entropy in nats of distributions given by log-probabilities over the last axis. */
export function entropyOf(logProbabilities: Value): Value {
  return neg(reduceSum(mul(exp(logProbabilities), logProbabilities), [-1]))
}

/** Sum of squares of all elements: a scalar. */
export function sumOfSquares(x: Value): Value {
  return reduceSum(
    mul(x, x),
    x.shape.map((_, axis) => axis),
  )
}

/** Sum of several values of one shape. */
export function addAll(values: readonly Value[]): Value {
  return values.reduce((left, right) => add(left, right))
}
