/**
 * GSPO: group sequence policy optimisation (arXiv 2507.18071; verl gspo, TRL importance_sampling_level sequence).
 *
 *     s_i  = exp( 1/|o_i| Σ_t (lp − lp_old) )
 *     loss = 1/B Σ_i max(−A_i s_i, −A_i clamp(s_i, 1 − epsilon, 1 + epsilon_high)),   epsilon 3e-4 and 4e-4
 *
 * The gradient of a token is −A_i s_i / |o_i| / B, and 0 for the whole response when it is clipped. log s is held below
 * 10 as in verl. Neither KL nor dual clip.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { clippedTerms, reportedClasses } from './clip-term.ts'
import type { Method } from './method.ts'
import { surrogate } from './surrogate.ts'

export const gspo: Method<MethodOptions<'gspo'>> = {
  scope: () => 'response',
  apply(options, batch, totals) {
    const logRatios = [Number.NEGATIVE_INFINITY, 10] as const
    const bounds = { low: options.epsilon, high: options.epsilon_high, dual: null, logRatios }
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: clippedTerms(batch, () => bounds, 'sequence'),
      lossWeights: aggregationWeights(options.loss_agg_mode, batch, totals),
    })
  },
}
