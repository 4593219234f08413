/** Which of Quiver's methods a GRPOConfig trains with, and with which options. */
import type { Draft } from './draft.ts'

/** loss_type: how TRL joins token losses, as a loss_agg_mode. */
const aggregations: Readonly<Record<string, string>> = {
  grpo: 'seq-mean-token-mean',
  dapo: 'token-mean',
  bnpo: 'token-mean',
  cispo: 'token-mean',
}
const byMicroBatch = 'TRL takes the mean of each micro-batch, Quiver of the whole mini-batch.'

export function trlMethod(draft: Draft): void {
  const kind = draft.text('loss_type', 'dapo')
  if (kind === 'cispo') cispo(draft)
  else if (draft.text('importance_sampling_level', 'token') !== 'token') gspo(draft, kind)
  else if (draft.number('top_entropy_quantile', 1) < 1) entropyMask(draft, kind)
  else clipped(draft, kind)
  scale(draft)
}

function scale(draft: Draft): void {
  const value = draft.raw('scale_rewards')
  const names: Readonly<Record<string, string>> = {
    true: 'group',
    group: 'group',
    batch: 'batch',
    false: 'none',
    none: 'none',
    // A command line’s `none` is read as null.
    null: 'none',
  }
  const name = value === undefined ? 'group' : names[String(value).toLowerCase()]
  if (name) draft.set('reward.scale_rewards', name, ['scale_rewards'])
  else draft.lose('scale_rewards', `Quiver scales by group, batch or not at all, not by ${value}.`)
}

function widths(draft: Draft): { low: number; high: number } {
  const low = draft.number('epsilon', 0.2)
  const high = draft.raw('epsilon_high') === null ? low : draft.number('epsilon_high', low)
  draft.set('method.epsilon', low, ['epsilon'])
  draft.set('method.epsilon_high', high, [
    draft.has('epsilon_high') && draft.raw('epsilon_high') !== null ? 'epsilon_high' : 'epsilon',
  ])
  return { low, high }
}

function aggregation(draft: Draft, kind: string): void {
  const mode = aggregations[kind]
  if (mode) draft.set('method.loss_agg_mode', mode, ['loss_type'], kind === 'bnpo' ? byMicroBatch : '')
  else draft.lose('loss_type', `Quiver has no ${kind} loss here; it takes the mean over tokens.`)
}

/** KL to the reference and the upper bound for negative advantages. */
function klAndBound(draft: Draft): void {
  draft.set('method.beta', draft.number('beta', 0), ['beta'])
  if (!draft.has('beta')) draft.note('beta is not given: 0 is TRL’s default; its older versions had 0.04.')
  draft.set('method.clip_ratio_c', draft.raw('delta') === null ? null : draft.number('delta', 0) || null, ['delta'])
}

function clipped(draft: Draft, kind: string): void {
  const bonus = draft.number('entropy_coef', 0) > 0 || draft.flag('use_adaptive_entropy', false)
  const { low, high } = widths(draft)
  const dr = kind === 'dr_grpo' && !bonus
  draft.set('method.name', bonus ? 'entropy_bonus' : dr ? 'dr_grpo' : high > low && kind === 'dapo' ? 'dapo' : 'grpo', [
    'loss_type',
  ])
  if (kind === 'dr_grpo' && bonus) draft.set('method.loss_agg_mode', 'seq-mean-token-sum-norm', ['loss_type'])
  else if (!dr) aggregation(draft, kind)
  klAndBound(draft)
  if (bonus) entropyBonus(draft)
  draft.idle('importance_sampling_level', 'One ratio a token, as always in this method.')
  draft.idle('top_entropy_quantile', 'At 1 every token is learned from.')
}

function entropyBonus(draft: Draft): void {
  draft.set('method.entropy_coef', draft.number('entropy_coef', 0), ['entropy_coef'])
  for (const key of ['entropy_target', 'entropy_coef_delta', 'entropy_coef_min', 'entropy_coef_max'])
    if (draft.has(key)) draft.set(`method.${key}`, draft.number(key, 0), [key])
  if (draft.has('use_adaptive_entropy'))
    draft.set('method.use_adaptive_entropy', draft.flag('use_adaptive_entropy', false), ['use_adaptive_entropy'])
}

function entropyMask(draft: Draft, kind: string): void {
  draft.set('method.name', 'entropy_mask', ['top_entropy_quantile'])
  const scope =
    'TRL takes the threshold from the responses of one forward pass (per_device_train_batch_size × processes), Quiver from a micro-batch of update.micro_batch_tokens.'
  draft.set('method.top_entropy_quantile', draft.number('top_entropy_quantile', 1), ['top_entropy_quantile'])
  draft.set('method.entropy_scope', 'micro-batch', ['top_entropy_quantile'], scope)
  draft.set('method.denominator', 'all', [])
  widths(draft)
  if (kind === 'dr_grpo') draft.set('method.loss_agg_mode', 'seq-mean-token-sum-norm', ['loss_type'])
  else aggregation(draft, kind)
  klAndBound(draft)
}

function gspo(draft: Draft, kind: string): void {
  const level = draft.text('importance_sampling_level', 'sequence')
  draft.set(
    'method.name',
    'gspo',
    ['importance_sampling_level'],
    level === 'sequence' ? '' : `Quiver has no ${level} level; one ratio a response is taken.`,
  )
  widths(draft)
  if (kind === 'dr_grpo') draft.set('method.loss_agg_mode', 'seq-mean-token-sum-norm', ['loss_type'])
  else aggregation(draft, kind)
  if (draft.number('beta', 0) > 0) draft.lose('beta', 'GSPO has no KL to the reference in Quiver.')
}

/** TRL bounds the weight from above only, and its epsilon_high is the bound itself. */
function cispo(draft: Draft): void {
  draft.set('method.name', 'cispo', ['loss_type'])
  const low = draft.number('epsilon', 0.2)
  const high = draft.raw('epsilon_high') === null ? low : draft.number('epsilon_high', low)
  draft.set('method.epsilon', 1, [])
  draft.set(
    'method.epsilon_high',
    Math.max(0, high - 1),
    ['epsilon_high'],
    'In TRL it is the bound of the weight, in Quiver its width around 1.',
  )
  draft.set('method.loss_agg_mode', 'token-mean', ['loss_type'])
  if (draft.number('beta', 0) > 0) draft.lose('beta', 'CISPO has no KL to the reference in Quiver.')
}
