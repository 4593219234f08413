import * as tf from '@tensorflow/tfjs-core'

interface Options {
  readonly transA: boolean
  readonly transB: boolean
  readonly alpha: number
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
const batchOf = ({ shape }: tf.Tensor) => shape.slice(0, -2)

/** Product over the last two axes; leading axes broadcast, which TensorFlow.js itself gets wrong for inner ones. */
export function matmul(a: tf.Tensor, b: tf.Tensor, options: Options): tf.Tensor {
  const product = multiply(a, b, options)
  return options.alpha === 1 ? product : tf.mul(product, options.alpha)
}

function multiply(a: tf.Tensor, b: tf.Tensor, { transA, transB }: Options): tf.Tensor {
  const [left, right] = [batchOf(a), batchOf(b)]
  if (String(left) === String(right)) return tf.matMul(a, b, transA, transB)
  const shared = transA ? undefined : sharedAxes(left, right)
  if (shared !== undefined) return folded(a, b, transB, shared)
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(left, right)
  const wide = (x: tf.Tensor) => tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)])
  return tf.matMul(wide(a), wide(b), transA, transB)
}

/** How many leading batch axes the operands share when the right one has size 1 on all others; undefined otherwise. */
function sharedAxes(left: readonly number[], right: readonly number[]): number | undefined {
  if (right.length > left.length) return undefined
  const padded = [...Array<number>(left.length - right.length).fill(1), ...right]
  const last = padded.findLastIndex((size) => size !== 1)
  const same = padded.slice(0, last + 1).every((size, axis) => size === left[axis])
  return same ? last + 1 : undefined
}

/** The left operand's other batch axes become rows: one product per shared batch entry, nothing is copied. */
function folded(a: tf.Tensor, b: tf.Tensor, transB: boolean, shared: number): tf.Tensor {
  const batch = a.shape.slice(0, shared)
  const inner = a.shape.at(-1)!
  const rows = sizeOf(a.shape.slice(shared, -1))
  const product = tf.matMul(
    tf.reshape(a, [...batch, rows, inner]),
    tf.reshape(b, [...batch, ...b.shape.slice(-2)]),
    false,
    transB,
  )
  return tf.reshape(product, [...a.shape.slice(0, -1), product.shape.at(-1)!])
}
