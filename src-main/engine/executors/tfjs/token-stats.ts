/** tokenStats in pieces of tokens: only one piece's [tokens, vocabulary] matrix exists at a time. */
import * as tf from '@tensorflow/tfjs-core'
import { gatherLast, scatterLast } from './indexed.ts'

/** Start and size of equal pieces of the tokens; empty pieces are left out, unless there is but one. */
function piecesOf(tokens: number, chunks: number): [start: number, size: number][] {
  const step = Math.max(1, Math.ceil(tokens / chunks))
  return Array.from({ length: Math.max(1, Math.ceil(tokens / step)) }, (_, index) => [
    index * step,
    Math.min(step, tokens - index * step),
  ])
}

const piece = (x: tf.Tensor, start: number, size: number) =>
  tf.slice(x, [start, ...x.shape.slice(1).fill(0)], [size, ...x.shape.slice(1)])

const column = (x: tf.Tensor) => tf.reshape(x, [x.size, 1])

function logProbabilitiesOf(hidden: tf.Tensor, weight: tf.Tensor, temperature: tf.Tensor): tf.Tensor {
  return tf.logSoftmax(tf.matMul(tf.div(hidden, temperature), weight, false, true), -1)
}

/** −Σ P log P [tokens, 1]. */
function entropyOf(p: tf.Tensor, logProbabilities: tf.Tensor): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(p, logProbabilities), -1, true))
}

export function tokenStats(inputs: readonly tf.Tensor[], chunks: number): tf.Tensor[] {
  const [hidden, weight, targets, temperature] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const pieces = piecesOf(targets.size, chunks).map(([start, size]) =>
    tf.tidy(() => {
      const logProbabilities = logProbabilitiesOf(piece(hidden, start, size), weight, temperature)
      const logprobs = gatherLast(logProbabilities, column(piece(targets, start, size)))
      return [logprobs, entropyOf(tf.exp(logProbabilities), logProbabilities)] as [tf.Tensor, tf.Tensor]
    }),
  )
  const joined = (result: 0 | 1) =>
    tf.concat(
      pieces.map((each) => each[result]),
      0,
    )
  return [tf.reshape(joined(0), targets.shape), tf.reshape(joined(1), targets.shape)]
}

/** The cotangent of the logits, over the temperature. */
function scoreGradient(logProbabilities: tf.Tensor, targets: tf.Tensor, cotangents: readonly tf.Tensor[]): tf.Tensor {
  const [gLogprobs, gEntropies] = cotangents.map(column)
  const p = tf.exp(logProbabilities)
  const onehot = scatterLast(gLogprobs!, targets, logProbabilities.shape)
  const ofLogprobs = tf.sub(onehot, tf.mul(p, gLogprobs!))
  if (!gEntropies) return ofLogprobs
  const slope = tf.mul(p, tf.add(logProbabilities, entropyOf(p, logProbabilities)))
  return tf.sub(ofLogprobs, tf.mul(slope, gEntropies))
}

export function tokenStatsGrad(inputs: readonly tf.Tensor[], chunks: number): tf.Tensor[] {
  const [hidden, weight, targets, temperature, ...cotangents] = inputs as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    ...tf.Tensor[],
  ]
  let dWeight = tf.zerosLike(weight)
  const dHidden = piecesOf(targets.size, chunks).map(([start, size]) => {
    const [ofHidden, sum] = tf.tidy(() => {
      const cut = (x: tf.Tensor) => piece(x, start, size)
      const logProbabilities = logProbabilitiesOf(cut(hidden), weight, temperature)
      const g = scoreGradient(logProbabilities, column(cut(targets)), cotangents.map(cut))
      const scaled = tf.div(g, temperature)
      const ofWeight = tf.matMul(scaled, cut(hidden), true, false)
      return [tf.matMul(scaled, weight), tf.add(dWeight, ofWeight)] as [tf.Tensor, tf.Tensor]
    })
    dWeight.dispose()
    dWeight = sum
    return ofHidden
  })
  return [tf.concat(dHidden, 0), dWeight]
}
