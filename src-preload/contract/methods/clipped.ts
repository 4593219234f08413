/** Schemas of the methods that differ in how they treat the importance ratio. */
import { z } from 'zod'
import { clipRatio, clipWidths, dualClip, klEstimator, lossAggregation, quantity, referenceKl } from './fields.ts'

export const grpoSchema = z
  .strictObject({
    name: z.literal('grpo'),
    ...clipWidths(0.2, 0.2, 'GRPO'),
    beta: referenceKl(0, 'TRL beta'),
    kl_estimator: klEstimator,
    clip_ratio_c: dualClip(null),
    loss_agg_mode: lossAggregation.default('seq-mean-token-mean'),
  })
  .meta({
    title: 'GRPO',
    description: 'Group-relative policy optimisation with one symmetric clip.',
    source: 'arXiv 2402.03300',
  })

export const drGrpoSchema = z
  .strictObject({
    name: z.literal('dr_grpo'),
    ...clipWidths(0.2, 0.2, 'Dr. GRPO'),
    beta: referenceKl(0, 'Dr. GRPO'),
    kl_estimator: klEstimator,
    clip_ratio_c: dualClip(null),
  })
  .meta({
    title: 'Dr. GRPO',
    description:
      'GRPO without its two biases: rewards are centred but not scaled, and token losses are divided by a constant instead of the response length.',
    source: 'arXiv 2503.20783',
  })

export const dapoSchema = z
  .strictObject({
    name: z.literal('dapo'),
    ...clipWidths(0.2, 0.28, 'DAPO', 'Upper clip width: clip-higher leaves room for unlikely tokens.'),
    beta: referenceKl(0, 'DAPO'),
    kl_estimator: klEstimator,
    clip_ratio_c: dualClip(null),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'DAPO',
    description: 'Clip-higher and token-mean loss; pair it with group refill and the overlong settings.',
    source: 'arXiv 2503.14476',
  })

export const ceGppoSchema = z
  .strictObject({
    name: z.literal('ce_gppo'),
    ...clipWidths(0.2, 0.2, 'CE-GPPO'),
    beta1: quantity(0.5, [0, 10], 'Gradient kept for negative advantages below the lower clip; 0.75 for 7B.', {
      unit: 'fraction',
      source: 'CE-GPPO, 1.5B setting',
    }),
    beta2: quantity(1, [0, 10], 'Gradient kept for positive advantages above the upper clip.', {
      unit: 'fraction',
      source: 'CE-GPPO',
    }),
    clip_ratio_c: dualClip(10, 'CE-GPPO scripts'),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'CE-GPPO',
    description: 'Tokens outside the clip keep a bounded gradient, so that entropy can be steered from both sides.',
    source: 'arXiv 2509.20712',
  })

export const gspoSchema = z
  .strictObject({
    name: z.literal('gspo'),
    ...clipWidths(3e-4, 4e-4, 'GSPO'),
    loss_agg_mode: lossAggregation.default('seq-mean-token-mean'),
  })
  .meta({
    title: 'GSPO',
    description: 'One importance ratio per response, the geometric mean of its tokens’ ratios, clipped as a whole.',
    source: 'arXiv 2507.18071',
  })

export const cispoSchema = z
  .strictObject({
    name: z.literal('cispo'),
    epsilon: clipRatio(0.2, 'Lower width of the weight; 1 leaves it unbounded below.', 'verl cispo'),
    epsilon_high: clipRatio(0.2, 'Upper width of the weight; TRL’s cap of 5 is a width of 4.', 'verl cispo'),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'CISPO',
    description: 'The clipped ratio weights the log-probability, so that no token loses its gradient.',
    source: 'arXiv 2506.13585',
  })

/** Thresholds as straight lines of the probability; above −1 so that the closed-form bounds stay positive. */
const slope = (value: number, description: string) =>
  quantity(value, [-0.99, 0.99], description, {
    unit: 'ratio per probability',
    source: 'FlexEC, unverified: secondary sources only',
  })
const intercept = (value: number, description: string) =>
  quantity(value, [0, 0.99], description, {
    unit: 'ratio',
    source: 'FlexEC, unverified: secondary sources only',
  })

export const flexecSchema = z
  .strictObject({
    name: z.literal('flexec'),
    schedule: z.enum(['ID', 'DID', 'OD']).default('ID').meta({
      description:
        'How the thresholds move: increase then decrease (ID), decrease, increase, decrease (DID), or oscillatory decay that follows the measured entropy (OD).',
      source: 'FlexEC',
    }),
    epsilon: quantity(0.2, [0, 0.99], 'Constant clip width that the dynamic ones are mixed with.', {
      unit: 'ratio',
      source: 'FlexEC eps_std',
    }),
    upper_slope: slope(-0.25, 'Slope of the upper clip width in the token’s probability.'),
    upper_intercept: intercept(0.5, 'Upper clip width of a token of probability 0.'),
    lower_slope: slope(-0.13, 'Slope of the lower clip width in the token’s probability.'),
    lower_intercept: intercept(0.3, 'Lower clip width of a token of probability 0.'),
    phase_split: quantity(0.5, [0.01, 0.99], 'Part of the run after which ID and DID change phase.', {
      unit: 'fraction',
      source: 'FlexEC phi',
    }),
    ramp: z.boolean().default(false).meta({
      description: 'ID and DID: raise the lower width over a tenth of the second phase instead of jumping to it.',
      source: 'not in the paper',
    }),
    entropy_floor: quantity(0.2, [0, 1], 'OD: lowest entropy, as a part of the entropy at the start.', {
      unit: 'fraction',
      source: 'FlexEC H_min',
    }),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'FlexEC',
    description: 'Clip bounds that depend on the token’s probability and move over the run, to raise or lower entropy.',
    source: 'arXiv 2602.09782',
  })
