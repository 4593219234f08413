import { z } from 'zod'

/** Field metadata the form, the docs and `npx quiver` read: what it is, its unit, and where the default comes from. */
const meta = (description: string, extra: { unit?: string; source?: string } = {}) => ({ description, ...extra })

const lossAggregation = z
  .enum(['token-mean', 'seq-mean-token-mean', 'seq-mean-token-sum', 'seq-mean-token-sum-norm'])
  .meta(
    meta('How token losses become one number: over all tokens, or over responses first.', {
      source: 'verl loss_agg_mode',
    }),
  )
const clipRatio = (value: number, description: string, source: string) =>
  z
    .number()
    .min(0)
    .max(10)
    .default(value)
    .meta(meta(description, { unit: 'ratio', source }))
const dualClip = z.number().gt(1).nullable()
const klWeight = (value: number, description: string, source: string) =>
  z
    .number()
    .min(0)
    .default(value)
    .meta(meta(description, { unit: 'per nat', source }))

const grpoSchema = z
  .strictObject({
    name: z.literal('grpo'),
    epsilon: clipRatio(0.2, 'Lower clip width of the importance ratio.', 'GRPO'),
    epsilon_high: clipRatio(0.2, 'Upper clip width of the importance ratio.', 'GRPO'),
    beta: klWeight(0, 'Weight of the k3 KL to the frozen reference; 0 needs no reference pass.', 'TRL beta'),
    clip_ratio_c: dualClip
      .default(null)
      .meta(meta('Dual clip: bound on the loss of a negative advantage; empty turns it off.')),
    loss_agg_mode: lossAggregation.default('seq-mean-token-mean'),
  })
  .meta({
    title: 'GRPO',
    description: 'Group-relative policy optimisation with one symmetric clip.',
    source: 'arXiv 2402.03300',
  })

const dapoSchema = z
  .strictObject({
    name: z.literal('dapo'),
    epsilon: clipRatio(0.2, 'Lower clip width of the importance ratio.', 'DAPO'),
    epsilon_high: clipRatio(0.28, 'Upper clip width: clip-higher leaves room for unlikely tokens.', 'DAPO'),
    beta: klWeight(0, 'Weight of the k3 KL to the frozen reference; 0 needs no reference pass.', 'DAPO'),
    clip_ratio_c: dualClip
      .default(null)
      .meta(meta('Dual clip: bound on the loss of a negative advantage; empty turns it off.')),
    loss_agg_mode: lossAggregation.default('token-mean'),
  })
  .meta({
    title: 'DAPO',
    description: 'Clip-higher and token-mean loss; pair it with group refill and the overlong settings.',
    source: 'arXiv 2503.14476',
  })

const archerSchema = z
  .strictObject({
    name: z.literal('archer'),
    form: z
      .enum(['paper', 'repository'])
      .default('paper')
      .meta(
        meta(
          'paper: classes from rollout entropy, ties are reasoning, KL over all tokens, token mean. repository: current entropy, ties are knowledge, KL over each class, mean of response means.',
          { source: 'arXiv 2507.15778' },
        ),
      ),
    token_entropy_quantile: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .meta(
        meta("Tokens above this quantile of their own response's entropies are reasoning tokens.", {
          source: 'Archer rho',
        }),
      ),
    high_entropy_clip_ratio_low: clipRatio(0.5, 'Lower clip width of reasoning tokens.', 'Archer'),
    high_entropy_clip_ratio_high: clipRatio(0.5, 'Upper clip width of reasoning tokens.', 'Archer'),
    low_entropy_clip_ratio_low: clipRatio(0.2, 'Lower clip width of knowledge tokens.', 'Archer'),
    low_entropy_clip_ratio_high: clipRatio(0.2, 'Upper clip width of knowledge tokens.', 'Archer'),
    high_entropy_kl_loss_scale_coef: klWeight(0, 'KL weight of reasoning tokens.', 'Archer'),
    low_entropy_kl_loss_scale_coef: klWeight(0.001, 'KL weight of knowledge tokens.', 'Archer'),
    clip_ratio_c: dualClip
      .default(10)
      .meta(
        meta('Dual clip: bound on the loss of a negative advantage; empty turns it off.', { source: 'Archer scripts' }),
      ),
  })
  .meta({
    title: 'Archer',
    description:
      'Dual-token constraints: loose clip and weak KL on high-entropy reasoning tokens, tight clip and strong KL on low-entropy knowledge tokens, in one update.',
    source: 'arXiv 2507.15778',
  })

export const methodSchema = z.discriminatedUnion('name', [archerSchema, grpoSchema, dapoSchema])
export type MethodConfig = z.infer<typeof methodSchema>
export type MethodName = MethodConfig['name']
export type MethodOptions<Name extends MethodName> = Extract<MethodConfig, { name: Name }>
