/**
 * GRPO: group-relative policy optimisation (arXiv 2402.03300, Eq. 3).
 *
 *     loss = 1/B Σ_i 1/|o_i| Σ_t [ max(−A_i r, −A_i clamp(r, 1 − epsilon, 1 + epsilon_high)) + beta k3 ]
 *     A_i  = (R_i − mean of the group) / (std of the group + 1e-6)
 *
 * Differences from the paper: upper and lower clip width are separate (equal by default), beta is 0 by default, the
 * aggregation and the KL estimator can be chosen, a dual clip can be added, and k3 is held at 10. Classes are reported by
 * Archer's rule and do not touch the loss.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { clippedTerms, reportedClasses, uniformKl } from './clip-term.ts'
import type { Method } from './method.ts'
import { surrogate } from './surrogate.ts'

/** The part of the options that GRPO and its relatives with one clip range share. */
export type ClipOptions = Omit<MethodOptions<'grpo'>, 'name'>

export const grpo: Method<ClipOptions> = {
  scope: () => 'token',
  needsReference: ({ beta }) => beta > 0,
  apply(options, batch, totals) {
    const bounds = { low: options.epsilon, high: options.epsilon_high, dual: options.clip_ratio_c }
    const lossWeights = aggregationWeights(options.loss_agg_mode, batch, totals)
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: clippedTerms(batch, () => bounds),
      lossWeights,
      ...uniformKl(options, lossWeights),
    })
  },
}
