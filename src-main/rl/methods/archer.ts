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
 * Differences from the repository: the divisor is the number of responses in the mini-batch, also when it is a short
 * last one, and an empty class counts 0 without the 1e-8 added to its size.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights, type LossAggregation, ownClassWeights } from '../aggregate.ts'
import { archerPaperRule, type ClassRule, classifyTokens } from '../classify.ts'
import { type Method, type MethodBatch, type MethodOutcome, type MiniBatchTotals, tokenClass } from './method.ts'
import { clippedSurrogate } from './surrogate.ts'

/** What the paper and the repository do differently. */
export interface ArcherForm extends Omit<ClassRule, 'quantile'> {
  readonly aggregation: LossAggregation
  /** What the KL is averaged over: as the loss is, or over the tokens of each class within a response. */
  readonly klMean: 'as-loss' | 'own-class'
}

const forms: Record<MethodOptions<'archer'>['form'], ArcherForm> = {
  paper: { ...archerPaperRule, aggregation: 'token-mean', klMean: 'as-loss' },
  repository: {
    ties: 'knowledge',
    entropySource: 'policy',
    aggregation: 'seq-mean-token-mean',
    klMean: 'own-class',
  },
}

export const archer: Method<MethodOptions<'archer'>> = {
  scope: () => 'response',
  needsReference: (options) =>
    options.high_entropy_kl_loss_scale_coef > 0 || options.low_entropy_kl_loss_scale_coef > 0,
  apply: (options, batch, totals) => applyArcher(options, forms[options.form], batch, totals),
}

/** Archer in any mixture of the paper's and the repository's choices. */
export function applyArcher(
  options: MethodOptions<'archer'>,
  form: ArcherForm,
  batch: MethodBatch,
  totals: MiniBatchTotals,
): MethodOutcome {
  const dual = options.clip_ratio_c
  const reasoning = {
    bounds: { low: options.high_entropy_clip_ratio_low, high: options.high_entropy_clip_ratio_high, dual },
    beta: options.high_entropy_kl_loss_scale_coef,
  }
  const knowledge = {
    bounds: { low: options.low_entropy_clip_ratio_low, high: options.low_entropy_clip_ratio_high, dual },
    beta: options.low_entropy_kl_loss_scale_coef,
  }
  const constraintsOf = (kind: number) => (kind === tokenClass.reasoning ? reasoning : knowledge)
  const classes = classifyTokens(batch, { ...form, quantile: options.token_entropy_quantile })
  const lossWeights = aggregationWeights(form.aggregation, batch, totals)
  return clippedSurrogate(batch, totals, {
    classes,
    bounds: (kind) => constraintsOf(kind).bounds,
    beta: (kind) => constraintsOf(kind).beta,
    lossWeights,
    klWeights: form.klMean === 'as-loss' ? lossWeights : ownClassWeights(classes, batch, totals),
  })
}
