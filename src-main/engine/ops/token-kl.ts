/**
 * Kullback-Leibler divergence over the whole vocabulary between two policies at each token, from the hidden states and the
 * vocabulary matrix of both. With P = softmax(h·Wᵀ / τ) and Q the reference's:
 *   KL = Σ P (log P − log Q),   dKL/dz = P (log P − log Q − KL).
 * The reference has no gradient. Executors cut the tokens into `chunks` pieces, so that [tokens, vocabulary] never exists
 * at once.
 */
import type { Dim } from '../dims.ts'
import { apply, type Op, part, type Value } from '../graph.ts'
import { div, exp, mul, sub } from './elementwise.ts'
import { matmul } from './matmul.ts'
import { logSoftmax } from './reduce.ts'
import { reduceSum, reshape } from './structure.ts'

/** Logits of one chunk. */
function chunkElements({ inputs, attrs }: Value, size: (dim: Dim) => number): number {
  const [hidden, weight] = inputs as [Value, Value]
  return Math.ceil(size(hidden.shape[0]!) / (attrs.chunks as number)) * size(weight.shape[0]!)
}

/** P and log P − log Q [tokens, vocabulary]. */
function comparison({ inputs }: Value): { p: Value; difference: Value } {
  const [hidden, weight, referenceHidden, referenceWeight, temperature] = inputs as [Value, Value, Value, Value, Value]
  const logOf = (h: Value, w: Value) => logSoftmax(matmul(div(h, temperature), w, { transB: true }))
  const logProbabilities = logOf(hidden, weight)
  return { p: exp(logProbabilities), difference: sub(logProbabilities, logOf(referenceHidden, referenceWeight)) }
}

export const tokenKlOp: Op = {
  name: 'tokenKl',
  scratch: (value, size) => 3 * chunkElements(value, size),
  result: ([hidden, weight, referenceHidden, referenceWeight]) => {
    const fits = (h: Value, w: Value) => h.shape[1] === w.shape[1]
    const alike = hidden!.shape[0] === referenceHidden!.shape[0] && weight!.shape[0] === referenceWeight!.shape[0]
    if (!fits(hidden!, weight!) || !fits(referenceHidden!, referenceWeight!) || !alike) {
      const shapes = [hidden, weight, referenceHidden, referenceWeight].map((value) => `[${value!.shape}]`)
      throw new Error(
        `tokenKl: got hidden ${shapes[0]}, weight ${shapes[1]}, referenceHidden ${shapes[2]}, referenceWeight ${shapes[3]}; ` +
          'expected [tokens, width] and [vocabulary, width] twice, with the same tokens and vocabulary.',
      )
    }
    return [{ shape: [hidden!.shape[0]!], dtype: 'float32' }]
  },
  gradient: (value, [g], [, weightWanted]) => {
    const attrs = { ...value.attrs, frozen: !weightWanted }
    const both = apply(tokenKlGradOp, [...value.inputs, g!], attrs)
    return [part(both, 0), weightWanted ? part(both, 1) : undefined]
  },
  expand: (value) => {
    const { p, difference } = comparison(value)
    return [reduceSum(mul(p, difference), [-1])]
  },
}

/**
 * hidden and referenceHidden [tokens, width], their vocabulary matrices [vocabulary, width], temperature [] → KL of the
 * policy to the reference [tokens], nats.
 */
export function tokenKl(
  hidden: Value,
  weight: Value,
  reference: { readonly hidden: Value; readonly weight: Value },
  temperature: Value,
  chunks = 1,
): Value {
  return apply(tokenKlOp, [hidden, weight, reference.hidden, reference.weight, temperature], { chunks })
}

/** Inputs as `tokenKl` and the cotangent; parts: gradients of hidden and, unless `frozen`, of weight. */
export const tokenKlGradOp: Op = {
  name: 'tokenKlGrad',
  scratch: (value, size) => {
    const { inputs, attrs } = value
    const matrix = inputs[1]!.shape.reduce<number>((product, dim) => product * size(dim), 1)
    return 3 * chunkElements(value, size) + (attrs.frozen || attrs.chunks === 1 ? 0 : matrix)
  },
  result: ([hidden, weight], { frozen }) =>
    (frozen ? [hidden!] : [hidden!, weight!]).map(({ shape }) => ({ shape, dtype: 'float32' as const })),
  expand: (value) => {
    const [hidden, weight, , , temperature, g] = value.inputs as [Value, Value, Value, Value, Value, Value]
    const column = (x: Value) => reshape(x, [hidden.shape[0]!, 1])
    const { p, difference } = comparison(value)
    const kl = column(reduceSum(mul(p, difference), [-1]))
    const scaled = div(mul(mul(p, sub(difference, kl)), column(g)), temperature)
    const dHidden = matmul(scaled, weight)
    return value.attrs.frozen ? [dHidden] : [dHidden, matmul(scaled, hidden, { transA: true })]
  },
}
