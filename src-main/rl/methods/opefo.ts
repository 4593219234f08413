/**
 * OPEFO: on-policy entropy flow (arXiv 2605.11491, reconstructed from summaries; see `flow.ts` for the flow dH_t).
 *
 *     Pos = Σ_{dH > 0} dH,   Neg = Σ_{dH < 0} |dH|,   lambda = (Neg − Pos) / (Neg + Pos) over the rollout batch
 *     w_t = 1 + lambda where dH > 0,  1 − lambda where dH < 0,  1 where dH = 0
 *     loss = −token mean of w_t A_t pi(o_t) / sg[pi(o_t)]
 *
 * Neither clip, nor KL, nor bonus; meant for one update per rollout batch, where pi is the policy that sampled.
 * Differences from the paper: the expectation is read at the sampled token unless another form is chosen; the
 * aggregation is not stated, so flows are summed with the weights their tokens have in the loss (equal ones in a token
 * mean); when one of the sets is empty lambda would stop the update, so it is 0 and the run says so.
 *
 * Lambda has no scale of its own: it is the share by which one side outweighs the other. The paper's stays near 0.001.
 * A large one says that advantage and probability of a token go together, as where one unlikely token makes a short
 * response wrong, or that few tokens carry the flow. Only the exact form then holds entropy to first order: the sampled
 * one has (1 − pi)² where the exact change has pi, counts unlikely tokens too much and turns the change over.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { entropyFlows, flowBalance } from '../flow.ts'
import { logRatios } from '../ratios.ts'
import { reportedClasses } from './clip-term.ts'
import type { Method, MethodBatch } from './method.ts'
import { surrogate } from './surrogate.ts'

type Options = MethodOptions<'opefo'>

/** A lambda so much above the paper's that a run says so. */
const largeLambda = 0.1

export const opefo: Method<Options> = {
  scope: () => 'rollout',
  needsMoments: ({ form }) => form !== 'sampled',
  plan(options, { batch, memory }) {
    const { positiveTokens, negativeTokens, lambda: balance } = flowBalance(weightedFlows(options, batch))
    const oneSided = (positiveTokens === 0) !== (negativeTokens === 0)
    const lambda = oneSided ? 0 : balance
    const side = positiveTokens === 0 ? 'lowers' : 'raises'
    const said = memory.saidLarge ?? 0
    const large = said === 0 && Math.abs(lambda) > largeLambda
    return {
      facts: { lambda },
      memory: { saidLarge: large ? 1 : said },
      metrics: { 'opefo/lambda': lambda },
      notes: [
        ...(oneSided ? [`Every token of the batch ${side} entropy, so OPEFO leaves the weights at 1.`] : []),
        ...(large ? [largeNote(options, lambda)] : []),
      ],
    }
  },
  apply(options, batch, totals, { facts }) {
    const flows = entropyFlows(batch, options.form)
    const lambda = facts.lambda ?? 0
    const ratios = logRatios(batch, 'token')
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: (token, row) => {
        const slope = -(1 + lambda * Math.sign(flows[token]!)) * batch.advantages[row]!
        return { ratio: Math.exp(ratios[token]!), loss: slope, gradient: slope, clip: 0 }
      },
      lossWeights: aggregationWeights(options.loss_agg_mode, batch, totals),
    })
  },
}

/** Flows [N], each times the weight of its token in the loss of a batch that one update takes whole. */
function weightedFlows(options: Options, batch: MethodBatch): Float64Array {
  const lengths = Array.from({ length: batch.rowOffsets.length - 1 }, (_, row) =>
    batch.mask.subarray(batch.rowOffsets[row], batch.rowOffsets[row + 1]).reduce((sum, bit) => sum + bit, 0),
  )
  const tokens = lengths.reduce((sum, length) => sum + length, 0)
  const totals = { tokens, rows: lengths.filter((length) => length > 0).length, maxCompletionLength: 1 }
  const weights = aggregationWeights(options.loss_agg_mode, batch, totals)
  return entropyFlows(batch, options.form).map((flow, token) => flow * weights[token]!)
}

function largeNote({ form }: Options, lambda: number): string {
  const [up, down] = [1 + lambda, 1 - lambda].map((weight) => weight.toFixed(2))
  const exact = 'the weights still balance the first-order change, but learn some tokens far more than others.'
  const other = `the ${form} form is no exact first-order change and can turn it over. The form \`exact\` balances it.`
  return (
    `OPEFO's lambda is ${lambda.toFixed(2)}, the paper's stays near 0.001: here tokens that raise entropy count ${up}, ` +
    `those that lower it ${down}. Advantage and probability of a token go together, or few tokens carry the flow; ` +
    (form === 'exact' ? exact : other)
  )
}
