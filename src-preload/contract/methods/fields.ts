import { z } from 'zod'

/** Fields that methods share. Their metadata feeds the form, the docs and `npx quiver`: what it is, unit, source. */
const meta = (description: string, extra: { unit?: string; source?: string } = {}) => ({ description, ...extra })

export const lossAggregation = z
  .enum(['token-mean', 'seq-mean-token-mean', 'seq-mean-token-sum', 'seq-mean-token-sum-norm'])
  .meta(
    meta('How token losses become one number: over all tokens, or over responses first.', {
      source: 'verl loss_agg_mode',
    }),
  )
export type LossAggregation = z.infer<typeof lossAggregation>

/** A number with a default, in [least, most]. */
export const quantity = (
  value: number,
  [least, most]: readonly [number, number],
  description: string,
  extra: { unit?: string; source?: string } = {},
) => z.number().min(least).max(most).default(value).meta(meta(description, extra))

export const clipRatio = (value: number, description: string, source: string) =>
  quantity(value, [0, 10], description, { unit: 'ratio', source })

/** Lower and upper clip width around a ratio of 1. */
export const clipWidths = (low: number, high: number, source: string, upper = 'Upper clip width of the ratio.') => ({
  epsilon: clipRatio(low, 'Lower clip width of the importance ratio.', source),
  epsilon_high: clipRatio(high, upper, source),
})

export const dualClip = (value: number | null, source = 'dual clip, arXiv 1912.09729') =>
  z
    .number()
    .gt(1)
    .nullable()
    .default(value)
    .meta(
      meta('Dual clip: bound on the loss of a negative advantage; empty turns it off.', {
        unit: 'ratio',
        source,
      }),
    )

export const klWeight = (value: number, description: string, source: string) =>
  z
    .number()
    .min(0)
    .default(value)
    .meta(meta(description, { unit: 'per nat', source }))

export const referenceKl = (value: number, source: string) =>
  klWeight(value, 'Weight of the KL to the frozen reference; 0 needs no reference pass.', source)

export const klEstimator = z
  .enum(['k1', 'k2', 'k3', 'k3+', 'full'])
  .default('k3')
  .meta(
    meta(
      'Estimate of the KL from the sampled token; k3+ has the value of k3 and the gradient of k2. full: the KL itself, over the whole vocabulary, for one more pass of the reference per update.',
      { source: 'verl kl_loss_type; joschu.net/blog/kl-approx.html' },
    ),
  )

/** A share of the tokens, 0 to 1. */
export const share = (value: number, description: string, source: string) =>
  quantity(value, [0, 1], description, { unit: 'fraction', source })

export const entropyScope = <Scope extends 'response' | 'mini-batch'>(value: Scope, source: string) =>
  z
    .enum(['response', 'prompt', 'micro-batch', 'mini-batch', 'rollout'])
    .default(value)
    .meta(
      meta(
        'Tokens among which the entropy threshold is taken. With `micro-batch` it depends on update.micro_batch_tokens.',
        { source },
      ),
    )

export const entropyStatistic = z
  .enum(['quantile', 'threshold', 'fraction'])
  .default('quantile')
  .meta(
    meta(
      'What splits the tokens: a quantile of their entropies (linear interpolation), a fixed entropy, or an exact share of the tokens by rank.',
      { source: 'quantile: Archer, 80/20; fraction: SENT repository' },
    ),
  )

export const entropyThreshold = z
  .number()
  .min(0)
  .nullable()
  .default(null)
  .meta(
    meta('Fixed entropy that splits the tokens, for the statistic `threshold`.', {
      unit: 'nats',
      source: 'SENT tau_H',
    }),
  )
