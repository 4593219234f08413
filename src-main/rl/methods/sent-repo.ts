/**
 * SENT as its repository computes it (zldscr0/SENT, loss mode low_entropy_kl_cov_v2), which is not what the paper says.
 *
 *     low  = the ⌊0.8 N⌋ tokens of lowest entropy;  Cov with means over the low tokens;  n = max(1, ⌊|low| · ratio⌋)
 *     loss = token mean of −A r + 0.001 k3,  plus 2 coef |lp − lp_old| for the n low tokens of highest Cov
 *            and 0.5 coef |lp − lp_old| for the n of lowest Cov
 *
 * No ratio is clipped. Differences from the code: sets and means are the mini-batch's, not the micro-batch's, and the
 * covariance is computed on the low tokens (the code indexes with an integer mask and so reads other rows). A token that
 * is at both ends gets both penalties. At the first update after a rollout the penalties vanish.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { type ClassRule, classifyTokens } from '../classify.ts'
import { unclipped } from '../clip.ts'
import { pickCount, ranked, tokenCovariances } from '../covariance.ts'
import { clippedTerms, uniformKl } from './clip-term.ts'
import { clipFlag, type Method, tokenClass } from './method.ts'
import { surrogate } from './surrogate.ts'

/** Factors on the coefficient at the top and at the bottom of the covariance. */
const factors = { top: 2, bottom: 0.5 }

export const sentRepo: Method<MethodOptions<'sent_repo'>> = {
  scope: () => 'miniBatch',
  needsReference: ({ beta }) => beta > 0,
  apply(options, batch, totals) {
    const rule: ClassRule = {
      scope: 'mini-batch',
      statistic: 'fraction',
      quantile: options.low_entropy_fraction,
      ties: 'knowledge',
      entropySource: 'policy',
    }
    const classification = classifyTokens(batch, rule)
    const low = classification.classes.map((kind) => Number(kind === tokenClass.knowledge))
    const rising = ranked(tokenCovariances(batch, low), low)
    const count = pickCount(rising.length, options.kl_cov_ratio)
    const lossWeights = aggregationWeights(options.loss_agg_mode, batch, totals)
    const drift = new Float64Array(batch.mask.length)
    const hold = (tokens: readonly number[], factor: number): void => {
      for (const token of tokens) drift[token]! += lossWeights[token]! * options.ppo_kl_coef * factor
    }
    hold(rising.slice(rising.length - count), factors.top)
    hold(rising.slice(0, count), factors.bottom)
    const open = clippedTerms(batch, () => unclipped)
    const picked = (token: number): number => (drift[token] === 0 ? 0 : clipFlag.covariance)
    return surrogate(batch, totals, {
      classification,
      policy: (token, row) => ({ ...open(token, row), clip: picked(token) }),
      lossWeights,
      drift,
      ...uniformKl(options, lossWeights),
    })
  },
}
