/** Ops that move numbers without changing them, and the sum that undoes a broadcast. */
import { addDims, broadcastShapes, type Dim, multiplyDims, type Shape, sameShape, subtractDims } from '../dims.ts'
import { apply, type DType, type Op, scalar, type Value } from '../graph.ts'

export function axisOf(what: string, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis
  if (positive < 0 || positive >= rank) throw new Error(`${what}: axis ${axis} is outside a value of rank ${rank}.`)
  return positive
}

export const castOp: Op = {
  name: 'cast',
  result: ([x], attrs) => ({ shape: x!.shape, dtype: attrs.dtype as DType }),
  gradient: (value, [g]) => [value.dtype === 'float32' && value.inputs[0]!.dtype === 'float32' ? g : undefined],
}

export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : apply(castOp, [x], { dtype })
}

export const reshapeOp: Op = {
  name: 'reshape',
  result: ([x], attrs) => {
    const shape = attrs.shape as Shape
    if (multiplyDims(...shape) !== multiplyDims(...x!.shape)) {
      throw new Error(`reshape: [${x!.shape}] and [${shape}] hold different numbers of elements.`)
    }
    return { shape, dtype: x!.dtype }
  },
  gradient: (value, [g]) => [reshape(g!, value.inputs[0]!.shape)],
}

export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape })
}

export const transposeOp: Op = {
  name: 'transpose',
  result: ([x], attrs) => {
    const order = attrs.order as readonly number[]
    if (order.length !== x!.shape.length || new Set(order).size !== order.length) {
      throw new Error(`transpose: the order [${order}] is not a permutation of the axes of [${x!.shape}].`)
    }
    return { shape: order.map((axis) => x!.shape[axis]!), dtype: x!.dtype }
  },
  gradient: (value, [g]) => {
    const order = value.attrs.order as readonly number[]
    return [
      transpose(
        g!,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ]
  },
}

export function transpose(x: Value, order: readonly number[]): Value {
  return apply(transposeOp, [x], { order })
}

export const broadcastToOp: Op = {
  name: 'broadcastTo',
  result: ([x], attrs) => {
    const shape = attrs.shape as Shape
    if (!sameShape(broadcastShapes('broadcastTo', x!.shape, shape), shape)) {
      throw new Error(`broadcastTo: [${x!.shape}] does not broadcast to [${shape}].`)
    }
    return { shape, dtype: x!.dtype }
  },
  gradient: (value, [g]) => [sumTo(g!, value.inputs[0]!.shape)],
}

export function broadcastTo(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply(broadcastToOp, [x], { shape })
}

/** Shape after a reduction over `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : shape.filter((_, axis) => !axes.includes(axis))
}

/** A reduced cotangent or statistic, brought back to the shape it was reduced from. */
export function unreduce(g: Value, reduced: Value): Value {
  const source = reduced.inputs[0]!.shape
  const kept = reducedShape(source, reduced.attrs.axes as readonly number[], true)
  return broadcastTo(reshape(g, kept), source)
}

export const reduceSumOp: Op = {
  name: 'reduceSum',
  result: ([x], attrs) => ({
    shape: reducedShape(x!.shape, attrs.axes as readonly number[], attrs.keepDims as boolean),
    dtype: x!.dtype,
  }),
  gradient: (value, [g]) => [unreduce(g!, value)],
}

export function reduceSum(x: Value, axes: readonly number[], keepDims = false): Value {
  if (axes.length === 0) return x
  return apply(reduceSumOp, [x], { axes: axes.map((axis) => axisOf('reduceSum', axis, x.shape.length)), keepDims })
}

/** Sums the axes along which `shape` was broadcast: the gradient of broadcasting. */
export function sumTo(g: Value, shape: Shape): Value {
  const extra = g.shape.length - shape.length
  const axes = g.shape.map((_, axis) => axis).filter((axis) => axis < extra || shape[axis - extra] !== g.shape[axis])
  return reshape(reduceSum(g, axes, true), shape)
}

export const sliceOp: Op = {
  name: 'slice',
  result: ([x], attrs) => ({
    shape: x!.shape.map((dim, axis) =>
      axis === attrs.axis ? subtractDims(attrs.end as Dim, attrs.start as Dim) : dim,
    ),
    dtype: x!.dtype,
  }),
  gradient: (value, [g]) => {
    const { axis, start, end } = value.attrs as { axis: number; start: Dim; end: Dim }
    return [pad(g!, axis, start, subtractDims(value.inputs[0]!.shape[axis]!, end))]
  },
}

/** Elements `start` (included) to `end` (excluded) of one axis; bounds may be symbolic. */
export function slice(x: Value, axis: number, start: Dim, end: Dim): Value {
  return apply(sliceOp, [x], { axis: axisOf('slice', axis, x.shape.length), start, end })
}

export const padOp: Op = {
  name: 'pad',
  result: ([x], attrs) => ({
    shape: x!.shape.map((dim, axis) =>
      axis === attrs.axis ? addDims(attrs.before as Dim, dim, attrs.after as Dim) : dim,
    ),
    dtype: x!.dtype,
  }),
  gradient: (value, [g]) => {
    const { axis, before } = value.attrs as { axis: number; before: Dim }
    return [slice(g!, axis, before, addDims(before, value.inputs[0]!.shape[axis]!))]
  },
}

/** Zeros before and after one axis. */
export function pad(x: Value, axis: number, before: Dim, after: Dim): Value {
  if (before === 0 && after === 0) return x
  return apply(padOp, [x], { axis: axisOf('pad', axis, x.shape.length), before, after })
}

export const concatOp: Op = {
  name: 'concat',
  result: (inputs, attrs) => {
    const first = inputs[0]!
    const axis = attrs.axis as number
    for (const other of inputs) {
      if (
        other.shape.some((dim, index) => index !== axis && dim !== first.shape[index]) ||
        other.dtype !== first.dtype
      ) {
        throw new Error(`concat on axis ${axis}: [${first.shape}] and [${other.shape}] differ elsewhere.`)
      }
    }
    const total = addDims(...inputs.map((value) => value.shape[axis]!))
    return { shape: first.shape.map((dim, index) => (index === axis ? total : dim)), dtype: first.dtype }
  },
  gradient: (value, [g]) => {
    const axis = value.attrs.axis as number
    let start: Dim = 0
    return value.inputs.map((source) => {
      const end = addDims(start, source.shape[axis]!)
      const piece = slice(g!, axis, start, end)
      start = end
      return piece
    })
  },
}

export function concat(values: readonly Value[], axis: number): Value {
  return values.length === 1
    ? values[0]!
    : apply(concatOp, values, { axis: axisOf('concat', axis, values[0]!.shape.length) })
}

export const sizeOp: Op = {
  name: 'size',
  result: () => ({ shape: [], dtype: 'float32' }),
}

/** A (symbolic) size as a float32 scalar. */
export function size(dim: Dim): Value {
  return typeof dim === 'number' ? scalar(dim) : apply(sizeOp, [], { dim })
}

export const iotaOp: Op = {
  name: 'iota',
  result: (_, attrs) => ({ shape: [attrs.length as Dim], dtype: 'int32' }),
}

/** 0, 1, …, length − 1 as int32. */
export function iota(length: Dim): Value {
  return apply(iotaOp, [], { length })
}
