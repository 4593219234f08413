/**
 * KL-Cov (arXiv 2505.22617; PRIME-RL/Entropy-Mechanism-of-RL, verl kl_cov).
 *
 *     Cov_t = (A_t − mean A)(lp_t − mean lp) over the tokens of the mini-batch
 *     loss  = token mean of −A r, plus coef |lp − lp_old| for the max(1, ⌊ratio · N⌋) tokens of highest Cov
 *
 * No ratio is clipped. Differences from the code: means are taken over the mini-batch, not the micro-batch. At the first
 * update after a rollout lp = lp_old, so the penalty has neither value nor gradient there.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { unclipped } from '../clip.ts'
import { pickCount, ranked, tokenCovariances } from '../covariance.ts'
import { clippedTerms, reportedClasses } from './clip-term.ts'
import { clipFlag, type Method } from './method.ts'
import { surrogate } from './surrogate.ts'

export const klCov: Method<MethodOptions<'kl_cov'>> = {
  scope: () => 'miniBatch',
  apply(options, batch, totals) {
    const rising = ranked(tokenCovariances(batch), batch.mask)
    const picked = rising.slice(rising.length - pickCount(rising.length, options.kl_cov_ratio))
    const lossWeights = aggregationWeights(options.loss_agg_mode, batch, totals)
    const drift = new Float64Array(batch.mask.length)
    for (const token of picked) drift[token] = lossWeights[token]! * options.ppo_kl_coef
    const open = clippedTerms(batch, () => unclipped)
    const isPicked = new Set(picked)
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: (token, row) => ({ ...open(token, row), clip: isPicked.has(token) ? clipFlag.covariance : 0 }),
      lossWeights,
      drift,
      metrics: totals.tokens > 0 ? { 'covariance/frac_picked': { sum: picked.length, weight: totals.tokens } } : {},
    })
  },
}
