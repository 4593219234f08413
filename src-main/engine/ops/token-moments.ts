/**
 * Second-order statistics of next-token distributions from hidden states and the vocabulary matrix. With
 * P = softmax(h·Wᵀ / τ) and H its entropy:  squares = Σ P² (log P + H),  cubes = Σ P³ (log P + H).
 * They make the entropy change of a policy-gradient step exact (FlexEC, arXiv 2602.09782, Eq. 5). Statistics only: no
 * gradient. Executors cut the tokens into `chunks` pieces, so that [tokens, vocabulary] never exists at once.
 */
import { apply, type Op, part, type Value } from '../graph.ts'
import { add, div, exp, mul } from './elementwise.ts'
import { matmul } from './matmul.ts'
import { entropyOf, logSoftmax } from './reduce.ts'
import { reduceSum, reshape } from './structure.ts'

export const tokenMomentsOp: Op = {
  name: 'tokenMoments',
  result: ([hidden, weight]) => {
    if (hidden!.shape[1] !== weight!.shape[1]) {
      throw new Error(
        `tokenMoments: got hidden [${hidden!.shape}] and weight [${weight!.shape}]; expected [tokens, width] and [vocabulary, width].`,
      )
    }
    const tokens = { shape: [hidden!.shape[0]!], dtype: 'float32' as const }
    return [tokens, tokens]
  },
  expand: (value) => {
    const [hidden, weight, temperature] = value.inputs as [Value, Value, Value]
    const logProbabilities = logSoftmax(matmul(div(hidden, temperature), weight, { transB: true }))
    const p = exp(logProbabilities)
    const entropies = reshape(entropyOf(logProbabilities), [hidden.shape[0]!, 1])
    const square = mul(mul(p, p), add(logProbabilities, entropies))
    return [reduceSum(square, [-1]), reduceSum(mul(square, p), [-1])]
  },
}

/** hidden [tokens, width], vocabulary matrix [vocabulary, width], temperature [] → squares and cubes [tokens], in nats. */
export function tokenMoments(
  hidden: Value,
  weight: Value,
  temperature: Value,
  chunks = 1,
): { squares: Value; cubes: Value } {
  const both = apply(tokenMomentsOp, [hidden, weight, temperature], { chunks })
  return { squares: part(both, 0), cubes: part(both, 1) }
}
