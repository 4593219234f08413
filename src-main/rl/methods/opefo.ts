/**
 * OPEFO: on-policy entropy flow (arXiv 2605.11491, reconstructed from summaries; see `flow.ts` for the flow dH_t).
 *
 *     Pos = Σ_{dH > 0} dH,   Neg = Σ_{dH < 0} |dH|,   lambda = (Neg − Pos) / (Neg + Pos) over the rollout batch
 *     w_t = 1 + lambda where dH > 0,  1 − lambda where dH < 0,  1 where dH = 0
 *     loss = −token mean of w_t A_t pi(o_t) / sg[pi(o_t)]
 *
 * Neither clip, nor KL, nor bonus; meant for one update per rollout batch, where pi is the policy that sampled.
 * Differences from the paper: the expectation is read at the sampled token unless another form is chosen; the
 * aggregation is not stated; when one of the sets is empty lambda would stop the update, so it is 0 and the run says so.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { entropyFlows, flowBalance } from '../flow.ts'
import { logRatios } from '../ratios.ts'
import { reportedClasses } from './clip-term.ts'
import type { Method } from './method.ts'
import { surrogate } from './surrogate.ts'

export const opefo: Method<MethodOptions<'opefo'>> = {
  scope: () => 'rollout',
  needsMoments: ({ form }) => form !== 'sampled',
  plan(options, { batch }) {
    const { positiveTokens, negativeTokens, lambda: balance } = flowBalance(entropyFlows(batch, options.form))
    const oneSided = (positiveTokens === 0) !== (negativeTokens === 0)
    const lambda = oneSided ? 0 : balance
    const side = positiveTokens === 0 ? 'lowers' : 'raises'
    return {
      facts: { lambda },
      metrics: { 'opefo/lambda': lambda },
      notes: oneSided ? [`Every token of the batch ${side} entropy, so OPEFO leaves the weights at 1.`] : [],
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
