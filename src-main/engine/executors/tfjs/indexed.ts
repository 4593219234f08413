/** Reads and additions at int32 indices. */
import * as tf from '@tensorflow/tfjs-core'

/** Index pairs [rows, k, 2] of the last axis: the row beside each of `indices` [rows, k]. */
function pairs(indices: tf.Tensor): tf.Tensor {
  const [rows, count] = indices.shape as [number, number]
  const row = tf.broadcastTo(tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]), [rows, count])
  return tf.stack([row, indices], 2)
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

/** [..., n] as [rows, n]. */
function flat(x: tf.Tensor): tf.Tensor {
  return tf.reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!])
}

/** Elements of the last axis of x [..., n] at indices [..., k]. */
export function gatherLast(x: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  if (indices.size === 0) return tf.zeros(indices.shape, x.dtype)
  return tf.reshape(tf.gatherND(flat(x), pairs(flat(indices))), indices.shape)
}

/** Zeros of `shape` [..., n] with updates [..., k] added at indices [..., k] of the last axis. */
export function scatterLast(updates: tf.Tensor, indices: tf.Tensor, shape: number[]): tf.Tensor {
  if (indices.size === 0) return tf.zeros(shape, updates.dtype)
  const target = [sizeOf(shape.slice(0, -1)), shape.at(-1)!]
  return tf.reshape(tf.scatterND(pairs(flat(indices)), flat(updates), target), shape)
}

/** Zeros of `shape` with row i of updates [n, …] added at row indices[i]. */
export function scatterAdd(indices: tf.Tensor, updates: tf.Tensor, shape: number[]): tf.Tensor {
  if (updates.size === 0) return tf.zeros(shape, updates.dtype)
  return tf.scatterND(tf.reshape(indices, [indices.size, 1]), updates, shape)
}
