/**
 * SENT, the token-level objective (arXiv 2512.04359, as a detailed summary gives it; the curriculum is the run's).
 *
 *     T_low  = { t : H_t < tau_H },   Cov_t = (lp_t − mean lp)(A_t − mean A) over the tokens of the mini-batch
 *     T_hc   = { t in T_low : Cov_t > tau_cov }
 *     loss   = 1/B Σ_i 1/|o_i| Σ_t [ max(−A r, −A clamp(r, 1 − epsilon, 1 + epsilon_high)) + beta_t k3 ]
 *     beta_t = beta_high on T_hc, beta_low on the rest of T_low, 0 elsewhere
 *
 * tau_H, tau_cov and the betas are not published. Defaults: tau_H the 0.8 quantile of the mini-batch and T_hc the 0.02 %
 * of T_low with the highest covariance, at least one token, as in the repository; its ratio of penalties, 4 : 1, on its
 * only KL coefficient. A token of covariance 0 or less is never in T_hc. H, Cov, the sets and A carry no gradient.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { type ClassRule, classifyTokens } from '../classify.ts'
import { pickCount, ranked, tokenCovariances } from '../covariance.ts'
import { clippedTerms } from './clip-term.ts'
import { clipFlag, type Method, type MethodBatch, tokenClass } from './method.ts'
import { surrogate } from './surrogate.ts'

type Options = MethodOptions<'sent'>

export const sent: Method<Options> = {
  scope: () => 'miniBatch',
  needsReference: ({ beta_low, beta_high }) => beta_low > 0 || beta_high > 0,
  apply(options, batch, totals) {
    const bounds = { low: options.epsilon, high: options.epsilon_high, dual: null }
    const classification = classifyTokens(batch, ruleOf(options))
    const low = classification.classes.map((kind) => Number(kind === tokenClass.knowledge))
    const held = highCovariance(options, batch, low)
    const lossWeights = aggregationWeights(options.loss_agg_mode, batch, totals)
    const weights = lossWeights.map((weight, token) => weight * low[token]! * options.beta_low)
    const clipped = clippedTerms(batch, () => bounds)
    const isHeld = new Set(held)
    for (const token of held) weights[token] = lossWeights[token]! * options.beta_high
    return surrogate(batch, totals, {
      classification,
      policy: (token, row) => {
        const term = clipped(token, row)
        return term.clip === 0 && isHeld.has(token) ? { ...term, clip: clipFlag.covariance } : term
      },
      lossWeights,
      kl: { estimator: options.kl_estimator, weights },
      metrics: totals.tokens > 0 ? { 'covariance/frac_picked': { sum: held.length, weight: totals.tokens } } : {},
    })
  },
}

const ruleOf = (options: Options): ClassRule => ({
  scope: 'mini-batch',
  statistic: options.entropy_threshold === null ? 'quantile' : 'threshold',
  quantile: options.low_entropy_quantile,
  threshold: options.entropy_threshold,
  ties: 'reasoning',
  entropySource: 'policy',
})

/** The tokens of T_hc. */
function highCovariance(options: Options, batch: MethodBatch, low: Uint8Array): number[] {
  const covariances = tokenCovariances(batch)
  const rising = ranked(covariances, low)
  const { covariance_threshold: threshold } = options
  if (threshold !== null) return rising.filter((token) => covariances[token]! > threshold)
  const count = pickCount(rising.length, options.covariance_ratio)
  return rising.slice(rising.length - count).filter((token) => covariances[token]! > 0)
}
