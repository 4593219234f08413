/**
 * Log-probability and entropy of target tokens from hidden states and the vocabulary matrix. With z = h·Wᵀ / τ and
 * P = softmax(z):  lp = log P[target],  H = −Σ P log P,
 *   dlp/dz = onehot − P,   dH/dz = −P · (log P + H).
 * Executors cut the tokens into `chunks` pieces, so that [tokens, vocabulary] never exists at once.
 */
import type { Dim } from '../dims.ts'
import { apply, type Op, part, scalar, type Value } from '../graph.ts'
import { add, div, exp, mul, neg, sub } from './elementwise.ts'
import { gatherLast, scatterLast } from './gather.ts'
import { matmul } from './matmul.ts'
import { entropyOf, logSoftmax } from './reduce.ts'
import { broadcastTo, reshape } from './structure.ts'

/** Logits of one chunk. */
function chunkElements({ inputs, attrs }: Value, size: (dim: Dim) => number): number {
  const [hidden, weight] = inputs as [Value, Value]
  return Math.ceil(size(hidden.shape[0]!) / (attrs.chunks as number)) * size(weight.shape[0]!)
}

export const tokenStatsOp: Op = {
  name: 'tokenStats',
  scratch: (value, size) => 2 * chunkElements(value, size),
  result: ([hidden, weight, targets]) => {
    const tokens = hidden!.shape[0]!
    if (hidden!.shape[1] !== weight!.shape[1] || String(targets!.shape) !== String([tokens])) {
      throw new Error(
        `tokenStats: got hidden [${hidden!.shape}], weight [${weight!.shape}], targets [${targets!.shape}]; ` +
          'expected [tokens, width], [vocabulary, width], [tokens].',
      )
    }
    return [
      { shape: [tokens], dtype: 'float32' },
      { shape: [tokens], dtype: 'float32' },
    ]
  },
  gradient: (value, [gLogprobs, gEntropies], [, weightWanted]) => {
    const zeros = () => broadcastTo(scalar(0), value.shape)
    const cotangents = gEntropies ? [gLogprobs ?? zeros(), gEntropies] : [gLogprobs ?? zeros()]
    const attrs = { ...value.attrs, frozen: !weightWanted }
    const both = apply(tokenStatsGradOp, [...value.inputs, ...cotangents], attrs)
    return [part(both, 0), weightWanted ? part(both, 1) : undefined, undefined, undefined]
  },
  expand: (value) => {
    const [hidden, weight, targets, temperature] = value.inputs as [Value, Value, Value, Value]
    const logProbabilities = logSoftmax(logitsOf(hidden, weight, temperature))
    return [targetsOf(logProbabilities, targets), entropyOf(logProbabilities)]
  },
}

function logitsOf(hidden: Value, weight: Value, temperature: Value): Value {
  return matmul(div(hidden, temperature), weight, { transB: true })
}

function targetsOf(logProbabilities: Value, targets: Value): Value {
  const tokens = logProbabilities.shape[0]!
  return reshape(gatherLast(logProbabilities, reshape(targets, [tokens, 1])), [tokens])
}

/**
 * hidden [tokens, width], vocabulary matrix [vocabulary, width], int32 targets [tokens], temperature [] →
 * log-probabilities [tokens] and full-vocabulary entropies [tokens], in nats.
 */
export function tokenStats(
  hidden: Value,
  weight: Value,
  targets: Value,
  temperature: Value,
  chunks = 1,
): { logprobs: Value; entropies: Value } {
  const both = apply(tokenStatsOp, [hidden, weight, targets, temperature], { chunks })
  return { logprobs: part(both, 0), entropies: part(both, 1) }
}

/**
 * Inputs hidden, weight, targets, temperature, cotangent of lp, cotangent of H (optional); parts: gradients of hidden
 * and, unless `frozen`, of weight. Logits are computed anew: keeping them would cost tokens × vocabulary.
 */
export const tokenStatsGradOp: Op = {
  name: 'tokenStatsGrad',
  // Probabilities and their slopes, and one chunk's part of the gradient of the vocabulary matrix.
  scratch: (value, size) => {
    const { inputs, attrs } = value
    const matrix = inputs[1]!.shape.reduce<number>((product, dim) => product * size(dim), 1)
    const withEntropies = inputs.length > 5
    return (withEntropies ? 3 : 2) * chunkElements(value, size) + (attrs.frozen || attrs.chunks === 1 ? 0 : matrix)
  },
  result: ([hidden, weight], { frozen }) =>
    (frozen ? [hidden!] : [hidden!, weight!]).map(({ shape }) => ({ shape, dtype: 'float32' as const })),
  expand: (value) => {
    const [hidden, weight, targets, temperature, gLogprobs, gEntropies] = value.inputs as [
      Value,
      Value,
      Value,
      Value,
      Value,
      Value | undefined,
    ]
    const tokens = hidden.shape[0]!
    const logProbabilities = logSoftmax(logitsOf(hidden, weight, temperature))
    const p = exp(logProbabilities)
    const column = reshape(gLogprobs, [tokens, 1])
    const onehot = scatterLast(column, reshape(targets, [tokens, 1]), weight.shape[0]!)
    let dLogits = sub(onehot, mul(p, column))
    if (gEntropies) {
      const entropies = reshape(entropyOf(logProbabilities), [tokens, 1])
      const slope = neg(mul(p, add(logProbabilities, entropies)))
      dLogits = add(dLogits, mul(slope, reshape(gEntropies, [tokens, 1])))
    }
    const scaled = div(dLogits, temperature)
    const dHidden = matmul(scaled, weight)
    return value.attrs.frozen ? [dHidden] : [dHidden, matmul(scaled, hidden, { transA: true })]
  },
}
