/** Schemas of the methods that pick tokens by the covariance of log-probability and advantage. */
import { z } from 'zod'
import {
  clipRatio,
  clipWidths,
  entropyThreshold,
  klEstimator,
  klWeight,
  lossAggregation,
  quantity,
  share,
} from './fields.ts'

const picked = (description: string, source: string) => share(0.0002, description, source)
const covariance = (value: number, description: string) =>
  quantity(value, [-1000, 1000], description, { unit: 'nats × advantage', source: 'Clip-Cov' })

export const clipCovSchema = z
  .strictObject({
    name: z.literal('clip_cov'),
    clip_cov_ratio: picked(
      'Share of the tokens, at least one, whose gradient is removed; the original k_percent is 100 times this.',
      'Clip-Cov',
    ),
    clip_cov_lb: covariance(1, 'Tokens with a covariance above this can be picked.'),
    clip_cov_ub: covariance(5, 'Tokens with a covariance below this can be picked.'),
    epsilon: clipRatio(1, 'Lower clip width of the importance ratio; the published scripts leave it open.', 'Clip-Cov'),
    epsilon_high: clipRatio(1, 'Upper clip width of the importance ratio.', 'Clip-Cov'),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'Clip-Cov',
    description: 'Removes the gradient of a few tokens, drawn at random among those of high covariance.',
    source: 'arXiv 2505.22617',
  })

export const klCovSchema = z
  .strictObject({
    name: z.literal('kl_cov'),
    kl_cov_ratio: picked(
      'Share of the tokens, at least one, of highest covariance that are held back; the original k_percent is 100 times this.',
      'KL-Cov',
    ),
    ppo_kl_coef: quantity(1, [0, 1000], 'Weight of |log-ratio to the rollout policy| on the picked tokens.', {
      unit: 'per nat',
      source: 'KL-Cov',
    }),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'KL-Cov',
    description: 'No ratio clip; the few tokens of highest covariance are held to the rollout policy.',
    source: 'arXiv 2505.22617',
  })

export const sentSchema = z
  .strictObject({
    name: z.literal('sent'),
    low_entropy_quantile: share(
      0.8,
      'Tokens below this quantile of the mini-batch’s entropies are low-entropy tokens.',
      'SENT repository',
    ),
    entropy_threshold: entropyThreshold.meta({
      description: 'Low-entropy tokens lie below this entropy instead; empty uses the quantile.',
      unit: 'nats',
      source: 'SENT tau_H',
    }),
    covariance_ratio: picked(
      'Share of the low-entropy tokens, at least one, of highest covariance.',
      'SENT repository',
    ),
    covariance_threshold: z.number().nullable().default(null).meta({
      description: 'Covariance above which a low-entropy token gets the strong KL instead; empty uses the share.',
      unit: 'nats × advantage',
      source: 'SENT tau_cov',
    }),
    beta_low: klWeight(0.001, 'KL weight of low-entropy tokens.', 'not published; the repository’s KL coefficient'),
    beta_high: klWeight(
      0.004,
      'KL weight of low-entropy tokens of high covariance.',
      'not published; 4 : 1 as in the repository',
    ),
    kl_estimator: klEstimator,
    ...clipWidths(0.2, 0.2, 'SENT'),
    loss_agg_mode: lossAggregation.default('seq-mean-token-mean'),
  })
  .meta({
    title: 'SENT',
    description:
      'KL to the reference on low-entropy tokens, stronger where covariance is high; meant to run under the semantic-entropy curriculum.',
    source: 'arXiv 2512.04359',
  })

export const sentRepoSchema = z
  .strictObject({
    name: z.literal('sent_repo'),
    low_entropy_fraction: share(0.8, 'Share of the mini-batch’s tokens, those of lowest entropy.', 'SENT repository'),
    kl_cov_ratio: picked(
      'Share of the low-entropy tokens, at least one, at each end of the covariance.',
      'SENT repository',
    ),
    ppo_kl_coef: quantity(
      1,
      [0, 1000],
      'Weight of |log-ratio to the rollout policy|: doubled at the top, halved at the bottom.',
      {
        unit: 'per nat',
        source: 'SENT repository',
      },
    ),
    beta: klWeight(0.001, 'Weight of the KL to the frozen reference, on all tokens.', 'SENT repository'),
    kl_estimator: klEstimator,
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'SENT (repository)',
    description:
      'What the released SENT code computes: no ratio clip, and low-entropy tokens at both ends of the covariance held to the rollout policy.',
    source: 'zldscr0/SENT, low_entropy_kl_cov_v2',
  })
