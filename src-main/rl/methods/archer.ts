/**
 * Archer: dual-token constraints (arXiv 2507.15778v2, Eq. 2 to 5, Algorithm 1; repository wizard-III/ArcherCodeR).
 *
 *     tau_i = quantile of the response's token entropies (0.8);  reasoning: H ≥ tau_i,  knowledge: H < tau_i
 *     loss  = 1/Σ_i |o_i| Σ_i Σ_t [ max(−A_i r, −A_i clamp(r, 1 − low_c, 1 + high_c)) + beta_c k3 ],  c the token's class
 *
 * with a wide clip (0.5) and weak KL (0) for reasoning tokens, a narrow clip (0.2) and KL 0.001 for knowledge tokens.
 * Differences from the paper: lower and upper widths are separate, and the dual clip of the authors' scripts (10) is on
 * unless it is set to null.
 *
 * `form: repository` computes what the authors' code computes with one response per micro-batch, as their script runs:
 * classes from the entropy of the policy in training, a token at the threshold is a knowledge token, the loss is the
 * mean over responses of their token means, and the KL of each class is divided by that class's own tokens.
 * Each of these choices, the scope of the threshold and its statistic can also be set one by one.
 * Differences from the repository: the divisor is the number of responses in the mini-batch, also when it is a short
 * last one, and an empty class counts 0 without the 1e-8 added to its size.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import type { LossAggregation } from '../../../src-preload/contract/methods/fields.ts'
import { aggregationWeights, ownClassWeights } from '../aggregate.ts'
import { archerPaperRule, type ClassRule, classFacts, classifyTokens, scopeOfRule } from '../classify.ts'
import { clippedTerms } from './clip-term.ts'
import { type Method, tokenClass } from './method.ts'
import { surrogate } from './surrogate.ts'

type Options = MethodOptions<'archer'>

/** What the paper and the repository do differently. */
interface ArcherForm extends Pick<ClassRule, 'ties' | 'entropySource'> {
  readonly aggregation: LossAggregation
  /** What the KL is averaged over: as the loss is, or over the tokens of each class within a response. */
  readonly klMean: 'all-tokens' | 'own-class'
}

const forms: Record<Options['form'], ArcherForm> = {
  paper: {
    ties: archerPaperRule.ties,
    entropySource: archerPaperRule.entropySource,
    aggregation: 'token-mean',
    klMean: 'all-tokens',
  },
  repository: {
    ties: 'knowledge',
    entropySource: 'policy',
    aggregation: 'seq-mean-token-mean',
    klMean: 'own-class',
  },
}

export const archer: Method<Options> = {
  scope: (options) => scopeOfRule(ruleOf(options)),
  needsReference: (options) =>
    options.high_entropy_kl_loss_scale_coef > 0 || options.low_entropy_kl_loss_scale_coef > 0,
  plan: (options, { batch }) => ({ facts: classFacts(batch, ruleOf(options)) }),
  apply(options, batch, totals, { facts }) {
    const { classes, thresholds } = classifyTokens(batch, ruleOf(options), facts)
    const form = formOf(options)
    const lossWeights = aggregationWeights(form.aggregation, batch, totals)
    const klMeans = form.klMean === 'all-tokens' ? lossWeights : ownClassWeights(classes, batch, totals)
    const { reasoning, knowledge } = constraints(options)
    const constraintsOf = (token: number) => (classes[token] === tokenClass.reasoning ? reasoning : knowledge)
    return surrogate(batch, totals, {
      classification: { classes, thresholds },
      policy: clippedTerms(batch, (token) => constraintsOf(token).bounds),
      lossWeights,
      kl: {
        estimator: options.kl_estimator,
        weights: klMeans.map((weight, token) => weight * constraintsOf(token).beta),
      },
    })
  },
}

function formOf(options: Options): ArcherForm {
  const form = forms[options.form]
  return {
    ties: options.ties === 'form' ? form.ties : options.ties,
    entropySource: options.entropy_source === 'form' ? form.entropySource : options.entropy_source,
    aggregation: options.aggregation === 'form' ? form.aggregation : options.aggregation,
    klMean: options.kl_normaliser === 'form' ? form.klMean : options.kl_normaliser,
  }
}

function ruleOf(options: Options): ClassRule {
  const { ties, entropySource } = formOf(options)
  return {
    scope: options.entropy_scope,
    statistic: options.entropy_statistic,
    quantile: options.token_entropy_quantile,
    threshold: options.entropy_threshold,
    ties,
    entropySource,
  }
}

/** Clip bounds and KL weight of each class. */
function constraints(options: Options) {
  const dual = options.clip_ratio_c
  return {
    reasoning: {
      bounds: { low: options.high_entropy_clip_ratio_low, high: options.high_entropy_clip_ratio_high, dual },
      beta: options.high_entropy_kl_loss_scale_coef,
    },
    knowledge: {
      bounds: { low: options.low_entropy_clip_ratio_low, high: options.low_entropy_clip_ratio_high, dual },
      beta: options.low_entropy_kl_loss_scale_coef,
    },
  }
}
