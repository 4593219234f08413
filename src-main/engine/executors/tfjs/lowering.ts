/** How each op becomes TensorFlow.js calls. An op without an entry is computed through its expansion. */
import * as tf from '@tensorflow/tfjs-core'
import type { Dim } from '../../dims.ts'
import type { DType, TensorData, Value } from '../../graph.ts'
import { gatherLast, scatterAdd, scatterLast } from './indexed.ts'
import { matmul } from './matmul.ts'
import { tokenStats, tokenStatsGrad } from './token-stats.ts'

/** What an op's call may read beside its inputs. */
export interface Context {
  readonly attrs: Value['attrs']
  /** Shape of the (first) result in this run. */
  readonly shape: number[]
  /** A dim's size in this run. */
  readonly size: (dim: Dim) => number
}

/** Takes the inputs' tensors and returns new ones, one per result; never an input itself. Its temporaries are tidied. */
export type Lowering = (inputs: readonly tf.Tensor[], context: Context) => tf.Tensor | tf.Tensor[]

type Unary = (x: tf.Tensor) => tf.Tensor
type Binary = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor

const unary =
  (f: Unary): Lowering =>
  ([x]) =>
    f(x!)
const binary =
  (f: Binary): Lowering =>
  ([x, y]) =>
    f(x!, y!)

const axesOf = ({ attrs }: Context) => attrs.axes as number[]
const comparisons = { equal: tf.equal, less: tf.less, lessOrEqual: tf.lessEqual, greater: tf.greater } as const

/** `amount` on one axis, `rest` on the others. */
const onAxis = <Entry>(rank: number, axis: number, amount: Entry, rest: Entry): Entry[] =>
  Array.from({ length: rank }, (_, index) => (index === axis ? amount : rest))

const structure: Record<string, Lowering> = {
  constant: (_, { attrs, shape }) => tf.tensor(attrs.data as TensorData, shape, attrs.dtype as DType),
  cast: ([x], { attrs }) => tf.cast(x!, attrs.dtype as DType),
  reshape: ([x], { shape }) => tf.reshape(x!, shape),
  transpose: ([x], { attrs }) => tf.transpose(x!, attrs.order as number[]),
  // The library's broadcast, which its `where` uses too, leaves an axis of size 1 alone where it should stretch to 0.
  broadcastTo: ([x], { shape }) => (shape.includes(0) ? tf.zeros(shape, x!.dtype) : tf.broadcastTo(x!, shape)),
  slice: ([x], { attrs, shape, size }) =>
    tf.slice(x!, onAxis(shape.length, attrs.axis as number, size(attrs.start as Dim), 0), shape),
  pad: ([x], { attrs, shape, size }) => {
    const amount: [number, number] = [size(attrs.before as Dim), size(attrs.after as Dim)]
    return tf.pad(x!, onAxis<[number, number]>(shape.length, attrs.axis as number, amount, [0, 0]))
  },
  concat: (inputs, { attrs }) => tf.concat([...inputs], attrs.axis as number),
  size: (_, { attrs, size }) => tf.scalar(size(attrs.dim as Dim), 'float32'),
  iota: (_, { shape }) => tf.range(0, shape[0]!, 1, 'int32'),
}

const elementwise: Record<string, Lowering> = {
  add: binary(tf.add),
  sub: binary(tf.sub),
  mul: binary(tf.mul),
  div: binary(tf.div),
  pow: binary(tf.pow),
  max: binary(tf.maximum),
  min: binary(tf.minimum),
  neg: unary(tf.neg),
  exp: unary(tf.exp),
  log: unary(tf.log),
  sqrt: unary(tf.sqrt),
  rsqrt: unary(tf.rsqrt),
  abs: unary(tf.abs),
  sign: unary(tf.sign),
  sigmoid: unary(tf.sigmoid),
  where: ([condition, x, y], { shape }) =>
    shape.includes(0) ? tf.zeros(shape, x!.dtype) : tf.where(condition!, x!, y!),
  compare: ([x, y], { attrs }) => comparisons[attrs.kind as keyof typeof comparisons](x!, y!),
}

const reductions: Record<string, Lowering> = {
  reduceSum: ([x], context) => tf.sum(x!, axesOf(context), context.attrs.keepDims as boolean),
  reduceMax: ([x], context) => tf.max(x!, axesOf(context), context.attrs.keepDims as boolean),
  softmax: ([x]) => tf.softmax(x!, -1),
  logSoftmax: ([x]) => tf.logSoftmax(x!, -1),
  cumsum: ([x], { attrs }) => tf.cumsum(x!, attrs.axis as number, attrs.exclusive as boolean, attrs.reverse as boolean),
  topK: ([x], { shape }) => {
    const { values, indices } = tf.topk(x!, shape.at(-1)!)
    return [values, indices]
  },
  argmax: ([x]) => tf.argMax(x!, -1),
}

const indexed: Record<string, Lowering> = {
  gather: ([x, indices], { attrs }) => tf.gather(x!, indices!, attrs.axis as number),
  scatterAdd: ([indices, updates], { shape }) => scatterAdd(indices!, updates!, shape),
  gatherLast: ([x, indices]) => gatherLast(x!, indices!),
  scatterLast: ([updates, indices], { shape }) => scatterLast(updates!, indices!, shape),
}

const products: Record<string, Lowering> = {
  matmul: ([a, b], { attrs }) => matmul(a!, b!, attrs as { transA: boolean; transB: boolean; alpha: number }),
  tokenStats: (inputs, { attrs }) => tokenStats(inputs, attrs.chunks as number),
  tokenStatsGrad: (inputs, { attrs }) => tokenStatsGrad(inputs, attrs.chunks as number),
}

export const lowerings: Readonly<Record<string, Lowering>> = {
  ...structure,
  ...elementwise,
  ...reductions,
  ...indexed,
  ...products,
}
