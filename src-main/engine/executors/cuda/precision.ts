/**
 * Which values are kept in bfloat16 where activations are: those that only flow on to ops whose kernels round on their own
 * account. What meets a softmax, an order, an index or the host in a few numbers stays float32, and so do gradients of
 * weights, statistics and everything that is added up over steps.
 */
import { sizeOfShape } from '../../dims.ts'
import { partOp, type Value } from '../../graph.ts'
import { isElementwise } from './generate/scalar.ts'

/** Inputs, by index, that an op's kernel reads in bfloat16. */
const rounding: Readonly<Record<string, readonly number[]>> = {
  matmul: [0, 1],
  linear: [0, 1, 2],
  rmsNorm: [0],
  rmsNormGrad: [0, 2],
  swiglu: [0, 1],
  swigluGrad: [0, 1, 2],
  rope: [0],
  attention: [0, 1, 2],
  attentionGrad: [0, 1, 2, 3, 4],
  packedAttention: [0, 1, 2],
  packedAttentionGrad: [0, 1, 2, 3, 4],
  cachedAttention: [0, 1, 2, 3, 4],
  promptedAttention: [0, 1, 2, 3, 4, 6, 7],
  tokenStats: [0],
  tokenMoments: [0],
  tokenStatsGrad: [0],
  reduceSum: [0],
  scatterAdd: [1],
}

/** Ops whose result is of the storage of what they move. */
const moving = new Set(['reshape', 'transpose', 'broadcastTo', 'slice', 'pad', 'concat', 'gather'])

export interface Uses {
  /** Values that leave the program for another one, or enter a cache: these may be rounded where they are large. */
  readonly leaving: ReadonlySet<Value>
  /** Values that replace or add to a state. */
  readonly lasting: ReadonlySet<Value>
}

/** Outputs of at most this many elements are read on the host. */
export const fewElements = 2 ** 14

const elementsOf = ({ shape }: Value) => sizeOfShape(shape as readonly number[])

/** The values of a graph, in the order of their computation, that may be kept in bfloat16. */
export function roundable(order: readonly Value[], { leaving, lasting }: Uses): ReadonlySet<Value> {
  const refused = new Set<Value>()
  const accepted = new Set<Value>()
  for (const value of order.toReversed()) {
    const large = !leaving.has(value) || elementsOf(value) > fewElements
    const may = value.dtype === 'float32' && !refused.has(value) && !lasting.has(value) && large
    if (may) accepted.add(value)
    for (const [index, source] of value.inputs.entries()) {
      const flows = isElementwise(value) || moving.has(value.op.name) || value.op === partOp
      const reads = flows ? may : rounding[value.op.name]?.includes(index)
      if (!reads) refused.add(source)
    }
  }
  return accepted
}
