/**
 * CISPO: the clipped importance ratio as a weight (MiniMax-M1, arXiv 2506.13585; verl cispo).
 *
 *     loss = token mean of −sg[clamp(r, 1 − epsilon, 1 + epsilon_high)] A lp
 *
 * so that dloss/dlp is −clamp(r) A and no token loses its gradient. TRL only caps above, with its epsilon_high the cap
 * itself: that is epsilon 1 and epsilon_high = cap − 1 here. Clip flags mark ratios that the bounds hold, whatever A is.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { clippedLoss, unclipped } from '../clip.ts'
import { logRatios } from '../ratios.ts'
import { reportedClasses } from './clip-term.ts'
import { clipFlag, type Method } from './method.ts'
import { surrogate } from './surrogate.ts'

export const cispo: Method<MethodOptions<'cispo'>> = {
  scope: () => 'token',
  apply(options, batch, totals) {
    const ratios = logRatios(batch, 'token')
    const [least, most] = [1 - options.epsilon, 1 + options.epsilon_high]
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: (token, row) => {
        const { ratio } = clippedLoss(ratios[token]!, 0, { ...unclipped, logRatios: [-20, 20] })
        const weight = -Math.min(Math.max(ratio, least), most) * batch.advantages[row]!
        const clip = ratio > most ? clipFlag.high : ratio < least ? clipFlag.low : 0
        return { ratio, loss: weight * batch.policyLogprobs[token]!, gradient: weight, clip }
      },
      lossWeights: aggregationWeights(options.loss_agg_mode, batch, totals),
    })
  },
}
