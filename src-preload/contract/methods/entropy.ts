/** Schemas of the methods that look at token entropy. */
import { z } from 'zod'
import {
  clipRatio,
  clipWidths,
  dualClip,
  entropyScope,
  entropyStatistic,
  entropyThreshold,
  klEstimator,
  klWeight,
  lossAggregation,
  quantity,
  referenceKl,
  share,
} from './fields.ts'

/** A choice that the form makes unless one is given. */
const orForm = <const Choices extends readonly [string, ...string[]]>(choices: Choices, description: string) =>
  z
    .enum(['form', ...choices])
    .default('form')
    .meta({ description: `${description} \`form\`: as the form says.`, source: 'Archer, paper and repository differ' })

export const archerSchema = z
  .strictObject({
    name: z.literal('archer'),
    form: z.enum(['paper', 'repository']).default('paper').meta({
      description:
        'paper: classes from rollout entropy, ties are reasoning, KL over all tokens, token mean. repository: current entropy, ties are knowledge, KL over each class, mean of response means.',
      source: 'arXiv 2507.15778',
    }),
    token_entropy_quantile: share(
      0.8,
      'Tokens above this quantile of the entropies in scope are reasoning tokens.',
      'Archer rho',
    ),
    high_entropy_clip_ratio_low: clipRatio(0.5, 'Lower clip width of reasoning tokens.', 'Archer'),
    high_entropy_clip_ratio_high: clipRatio(0.5, 'Upper clip width of reasoning tokens.', 'Archer'),
    low_entropy_clip_ratio_low: clipRatio(0.2, 'Lower clip width of knowledge tokens.', 'Archer'),
    low_entropy_clip_ratio_high: clipRatio(0.2, 'Upper clip width of knowledge tokens.', 'Archer'),
    high_entropy_kl_loss_scale_coef: klWeight(0, 'KL weight of reasoning tokens.', 'Archer'),
    low_entropy_kl_loss_scale_coef: klWeight(0.001, 'KL weight of knowledge tokens.', 'Archer'),
    clip_ratio_c: dualClip(10, 'Archer scripts'),
    kl_estimator: klEstimator,
    entropy_scope: entropyScope('response', 'Archer'),
    entropy_statistic: entropyStatistic,
    entropy_threshold: entropyThreshold,
    entropy_source: orForm(
      ['rollout', 'policy'],
      'Whose entropy decides the class: the policy that sampled the response, or the one in training.',
    ),
    ties: orForm(['reasoning', 'knowledge'], 'Class of a token exactly at the threshold.'),
    kl_normaliser: orForm(['all-tokens', 'own-class'], 'What the KL is averaged over.'),
    aggregation: orForm(['token-mean', 'seq-mean-token-mean'], 'How token losses become one number.'),
  })
  .meta({
    title: 'Archer',
    description:
      'Dual-token constraints: loose clip and weak KL on high-entropy reasoning tokens, tight clip and strong KL on low-entropy knowledge tokens, in one update.',
    source: 'arXiv 2507.15778',
  })

export const entropyMaskSchema = z
  .strictObject({
    name: z.literal('entropy_mask'),
    top_entropy_quantile: share(
      0.2,
      'Share of the tokens, those of highest entropy, that are learned from; 1 keeps all.',
      '80/20 rho; TRL top_entropy_quantile',
    ),
    denominator: z.enum(['selected', 'all']).default('selected').meta({
      description: 'What the loss is averaged over: the selected tokens (the paper) or all tokens (TRL).',
      source: '80/20 Eq. 6; TRL',
    }),
    entropy_scope: entropyScope('mini-batch', '80/20'),
    entropy_statistic: entropyStatistic,
    entropy_threshold: entropyThreshold,
    entropy_source: z.enum(['policy', 'rollout']).default('policy').meta({
      description: 'Whose entropy decides: the policy in training, or the one that sampled.',
      source: '80/20',
    }),
    ...clipWidths(0.2, 0.28, '80/20, after DAPO'),
    beta: referenceKl(0, '80/20'),
    kl_estimator: klEstimator,
    clip_ratio_c: dualClip(null),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: '80/20 (entropy mask)',
    description: 'DAPO that learns from the fifth of the tokens with the highest entropy only.',
    source: 'arXiv 2506.01939',
  })

export const opefoSchema = z
  .strictObject({
    name: z.literal('opefo'),
    form: z.enum(['sampled', 'exact', 'full-vocabulary']).default('sampled').meta({
      description:
        'Estimate of a token’s entropy change: from the sampled token, the exact first-order change, or the printed expectation over the vocabulary (for comparison: its sign is the advantage’s). Only the exact form holds entropy to first order; the sampled one counts unlikely tokens too much, which shows where lambda is not small. The last two cost a forward pass.',
      source: 'arXiv 2605.11491, Eq. 6',
    }),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'OPEFO',
    description:
      'Strictly on policy: tokens that raise entropy and tokens that lower it are weighted so that their flows balance. One update per rollout batch.',
    source: 'arXiv 2605.11491',
  })

export const entropyBonusSchema = z
  .strictObject({
    name: z.literal('entropy_bonus'),
    entropy_coef: quantity(0.001, [0, 10], 'Weight of the mean entropy in the loss; the start value when adaptive.', {
      unit: 'per nat',
      source: 'TRL entropy_coef',
    }),
    use_adaptive_entropy: z
      .boolean()
      .default(false)
      .meta({ description: 'Move the weight so that entropy stays near the target.', source: 'TRL' }),
    entropy_target: quantity(
      0.2,
      [0, 20],
      'Adaptive: the bonus acts while the rollout’s mean entropy is at most this.',
      {
        unit: 'nats',
        source: 'TRL entropy_target',
      },
    ),
    entropy_coef_delta: quantity(1e-4, [0, 1], 'Adaptive: step of the weight per rollout batch.', {
      unit: 'per nat',
      source: 'TRL entropy_coef_delta',
    }),
    entropy_coef_min: quantity(0, [0, 10], 'Adaptive: least weight.', { unit: 'per nat', source: 'TRL' }),
    entropy_coef_max: quantity(0.01, [0, 10], 'Adaptive: largest weight.', { unit: 'per nat', source: 'TRL' }),
    ...clipWidths(0.2, 0.2, 'GRPO'),
    beta: referenceKl(0, 'TRL beta'),
    kl_estimator: klEstimator,
    clip_ratio_c: dualClip(null),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'Entropy bonus',
    description: 'GRPO with a reward for the entropy itself, of fixed or adaptive weight.',
    source: 'TRL; verl entropy_coeff',
  })
