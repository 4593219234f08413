/**
 * 80/20: learn from the tokens of highest entropy only (arXiv 2506.01939, Eq. 6; TRL top_entropy_quantile).
 *
 *     tau  = quantile of the mini-batch's token entropies (1 − rho);   I_t = 1 where H_t ≥ tau
 *     loss = 1/Σ I_t Σ_i Σ_t I_t max(−A_i r, −A_i clamp(r, 1 − epsilon, 1 + epsilon_high)),   rho 0.2, clip 0.2 and 0.28
 *
 * `denominator: all` divides by all tokens instead, as TRL does (five times smaller at rho 0.2).
 * The paper takes tau over the "(micro-)batch": `entropy_scope` is the mini-batch here, or with `micro-batch` the rows of
 * one forward pass, each with a threshold of its own while the denominator stays the mini-batch's.
 * Differences from the paper: a KL term, over all tokens as in TRL, and a dual clip can be added (both off). The paper's
 * dynamic sampling and overlong settings live in `rollout` and `reward`.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights, selectedWeights } from '../aggregate.ts'
import { type ClassRule, classFacts, classifyTokens, scopeOfRule } from '../classify.ts'
import { clippedTerms, uniformKl } from './clip-term.ts'
import { type Method, tokenClass } from './method.ts'
import { surrogate } from './surrogate.ts'

type Options = MethodOptions<'entropy_mask'>

export const entropyMask: Method<Options> = {
  scope: (options) => (options.denominator === 'selected' ? 'miniBatch' : scopeOfRule(ruleOf(options))),
  needsReference: ({ beta }) => beta > 0,
  plan: (options, { batch }) => ({ facts: classFacts(batch, ruleOf(options)) }),
  apply(options, batch, totals, { facts }) {
    const classification = classifyTokens(batch, ruleOf(options), facts)
    const bounds = { low: options.epsilon, high: options.epsilon_high, dual: options.clip_ratio_c }
    const selected = classification.classes.map((kind) => Number(kind === tokenClass.reasoning))
    const all = aggregationWeights(options.loss_agg_mode, batch, totals)
    const lossWeights =
      options.denominator === 'all'
        ? all.map((weight, token) => weight * selected[token]!)
        : selectedWeights(options.loss_agg_mode, batch, selected, totals)
    return surrogate(batch, totals, {
      classification,
      policy: clippedTerms(batch, () => bounds),
      lossWeights,
      ...uniformKl(options, all),
    })
  },
}

const ruleOf = (options: Options): ClassRule => ({
  scope: options.entropy_scope,
  statistic: options.entropy_statistic,
  quantile: 1 - options.top_entropy_quantile,
  threshold: options.entropy_threshold,
  ties: 'reasoning',
  entropySource: options.entropy_source,
})
