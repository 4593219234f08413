/**
 * The likeliest tokens of next-token distributions from hidden states and the vocabulary matrix: the largest `count`
 * entries of log softmax(h·Wᵀ / τ) with their ids. For readers of a response: no gradient. Executors cut the tokens into
 * `chunks` pieces, so that [tokens, vocabulary] never exists at once.
 */
import { apply, type Op, part, type Value } from '../graph.ts'
import { div } from './elementwise.ts'
import { matmul } from './matmul.ts'
import { logSoftmax, topK } from './reduce.ts'

export const tokenTopOp: Op = {
  name: 'tokenTop',
  result: ([hidden, weight], { count }) => {
    const [tokens, width] = hidden!.shape
    if (width !== weight!.shape[1]) {
      throw new Error(
        `tokenTop: got hidden [${hidden!.shape}] and weight [${weight!.shape}]; expected [tokens, width] and [vocabulary, width].`,
      )
    }
    const shape = [tokens!, count as number]
    return [
      { shape, dtype: 'float32' },
      { shape, dtype: 'int32' },
    ]
  },
  expand: (value) => {
    const [hidden, weight, temperature] = value.inputs as [Value, Value, Value]
    const { values, indices } = topK(
      logSoftmax(matmul(div(hidden, temperature), weight, { transB: true })),
      value.attrs.count as number,
    )
    return [values, indices]
  },
}

/**
 * hidden [tokens, width], vocabulary matrix [vocabulary, width], temperature [] → log-probabilities (nats, falling) and
 * int32 ids [tokens, count] of the likeliest tokens; `count` is at most the vocabulary.
 */
export function tokenTop(
  hidden: Value,
  weight: Value,
  temperature: Value,
  count: number,
  chunks = 1,
): { logprobs: Value; ids: Value } {
  const both = apply(tokenTopOp, [hidden, weight, temperature], { chunks, count })
  return { logprobs: part(both, 0), ids: part(both, 1) }
}
