/** Which of Quiver's methods a verl actor trains with, and with which options. */
import type { Draft } from './draft.ts'
import { keysIn } from './key-table.ts'

const actor = (key: string): string => `actor_rollout_ref.actor.${key}`
const loss = (key: string): string => actor(`policy_loss.${key}`)

/** verl's names of the estimators; `abs` and the straight-through forms of k1 and k2 have no counterpart. */
const estimators: Readonly<Record<string, string>> = {
  kl: 'k1',
  k1: 'k1',
  mse: 'k2',
  k2: 'k2',
  low_var_kl: 'k3',
  k3: 'k3',
  'low_var_kl+': 'k3+',
  'k3+': 'k3+',
  full: 'full',
}

type Build = (draft: Draft) => void

const modes: Readonly<Record<string, Build>> = {
  vanilla,
  gspo: (draft) => {
    named(draft, 'gspo')
    clip(draft)
    draft.idle(actor('loss_agg_mode'), 'verl’s GSPO always takes the mean of response means.')
    withoutKl(draft)
  },
  clip_cov: (draft) => {
    named(draft, 'clip_cov')
    clip(draft)
    for (const [key, absent] of [
      ['clip_cov_ratio', 0.0002],
      ['clip_cov_lb', 1],
      ['clip_cov_ub', 5],
    ] as const)
      draft.set(`method.${key}`, draft.number(loss(key), absent), [loss(key)])
    aggregation(draft)
    withoutKl(draft)
  },
  kl_cov: klCov,
  cispo: (draft) => {
    named(draft, 'cispo')
    clip(draft)
    aggregation(draft)
    withoutKl(draft)
  },
}

export function verlMethod(draft: Draft): void {
  const [first, second] = keysIn('actor_rollout_ref.actor', 'use_token_entropy_separate', 'use_archer_policy_loss')
  const mode = draft.text(loss('loss_mode'), 'vanilla').replaceAll('-', '_')
  if (draft.flag(first, false)) archer(draft, first)
  else if (draft.flag(second, false)) {
    draft.differ(second, 'Archer 2.0 changes its loss; Quiver has that of the paper and of its first repository.')
    archer(draft, second)
  } else {
    if (!modes[mode])
      draft.lose(
        loss('loss_mode'),
        `Quiver has no ${mode} loss; it knows ${Object.keys(modes).join(', ')}. The plain clip is taken.`,
      )
    const build = modes[mode] ?? vanilla
    build(draft)
  }
}

/** `vanilla` has no key of its own where the source does not name it. */
function named(draft: Draft, name: string): void {
  draft.set('method.name', name, draft.isSettled(loss('loss_mode')) ? [] : [loss('loss_mode')])
}

function clip(draft: Draft, lower = 'method.epsilon', upper = 'method.epsilon_high'): { low: number; high: number } {
  const both = actor('clip_ratio')
  const preset = draft.number(both, 0.2)
  const [low, high] = [draft.number(actor('clip_ratio_low'), preset), draft.number(actor('clip_ratio_high'), preset)]
  const keys = (side: string): string[] => [draft.has(actor(side)) ? actor(side) : both]
  const difference =
    draft.has(both) && !draft.has(actor('clip_ratio_low')) && preset !== 0.2
      ? 'Where verl has clip_ratio_low and clip_ratio_high, clip_ratio alone changes nothing.'
      : ''
  draft.set(lower, low, keys('clip_ratio_low'), difference)
  draft.set(upper, high, keys('clip_ratio_high'))
  return { low, high }
}

function aggregation(draft: Draft, path = 'method.loss_agg_mode'): string {
  const old = actor('use_token_level_loss')
  const key = actor('loss_agg_mode')
  const mode =
    draft.has(old) && !draft.has(key)
      ? draft.flag(old, true)
        ? 'token-mean'
        : 'seq-mean-token-mean'
      : draft.text(key, 'token-mean')
  const difference =
    mode === 'seq-mean-token-sum-norm'
      ? 'verl divides by the width of the batch, Quiver by responses × length limit, as TRL.'
      : ''
  draft.set(path, mode, draft.has(key) ? [key] : [old], difference)
  return mode
}

/** Weight and estimator of the KL to the reference. */
function referenceKl(draft: Draft): void {
  const [use, coef, type] = keysIn('actor_rollout_ref.actor', 'use_kl_loss', 'kl_loss_coef', 'kl_loss_type')
  const on = draft.flag(use, false)
  draft.set('method.beta', on ? draft.number(coef, 0.001) : 0, on ? [use, coef] : [use])
  if (on) klEstimator(draft, type)
}

function klEstimator(draft: Draft, type: string): void {
  const name = draft.text(type, 'low_var_kl')
  const estimator = estimators[name]
  if (estimator) draft.set('method.kl_estimator', estimator, [type])
  else draft.lose(type, `Quiver has no ${name} estimate of the KL; k3 (low_var_kl) is taken.`)
}

function withoutKl(draft: Draft): void {
  if (draft.flag(actor('use_kl_loss'), false) && draft.number(actor('kl_loss_coef'), 0.001) > 0)
    draft.lose(actor('kl_loss_coef'), 'This method has no KL to the reference in Quiver.')
  withoutBonus(draft)
}

function withoutBonus(draft: Draft): void {
  const key = actor('entropy_coeff')
  if (draft.number(key, 0) !== 0) draft.lose(key, 'This method has no entropy bonus in Quiver.')
}

function vanilla(draft: Draft): void {
  const bonus = draft.number(actor('entropy_coeff'), 0)
  const { low, high } = clip(draft)
  const centred = !draft.flag('algorithm.norm_adv_by_std_in_grpo', true)
  const agg = draft.text(actor('loss_agg_mode'), 'token-mean')
  const isDrGrpo = centred && agg === 'seq-mean-token-sum-norm' && bonus === 0
  named(
    draft,
    bonus > 0 ? 'entropy_bonus' : isDrGrpo ? 'dr_grpo' : high > low && agg === 'token-mean' ? 'dapo' : 'grpo',
  )
  if (bonus > 0) draft.set('method.entropy_coef', bonus, [actor('entropy_coeff')])
  else if (bonus < 0) draft.lose(actor('entropy_coeff'), 'The weight of an entropy bonus is not negative.')
  if (isDrGrpo)
    draft.set(
      'method.name',
      'dr_grpo',
      [actor('loss_agg_mode')],
      'verl divides by the width of the batch, Quiver by responses × length limit, as TRL.',
    )
  else aggregation(draft)
  referenceKl(draft)
  draft.set('method.clip_ratio_c', draft.number(actor('clip_ratio_c'), 3), [actor('clip_ratio_c')])
}

function klCov(draft: Draft): void {
  named(draft, 'kl_cov')
  const percent = actor('k_percent')
  if (draft.has(percent))
    draft.set(
      'method.kl_cov_ratio',
      draft.number(percent, 0.02) / 100,
      [percent],
      'A percentage; Quiver has a fraction.',
    )
  else draft.set('method.kl_cov_ratio', draft.number(loss('kl_cov_ratio'), 0.0002), [loss('kl_cov_ratio')])
  draft.set('method.ppo_kl_coef', draft.number(loss('ppo_kl_coef'), 0.1), [loss('ppo_kl_coef')])
  aggregation(draft)
  withoutKl(draft)
}

/** What Archer's repository computes, with the fallbacks of its code for widths that are not given. */
function archer(draft: Draft, key: string): void {
  draft.set('method.name', 'archer', [key])
  draft.set('method.form', 'repository', [])
  const quantile = actor('token_entropy_quantile')
  if (draft.has(quantile)) draft.set('method.token_entropy_quantile', draft.number(quantile, 0.8), [quantile])
  const preset = draft.number(actor('clip_ratio'), 0.2)
  for (const [side, fallback] of [
    ['low_entropy_clip_ratio_low', 'clip_ratio_low'],
    ['low_entropy_clip_ratio_high', 'clip_ratio_low'],
    ['high_entropy_clip_ratio_low', 'clip_ratio_high'],
    ['high_entropy_clip_ratio_high', 'clip_ratio_high'],
  ] as const) {
    const given = draft.has(actor(side))
    const value = given ? draft.number(actor(side), 0.2) : draft.number(actor(fallback), preset)
    draft.set(
      `method.${side}`,
      value,
      [actor(given ? side : fallback)],
      given ? '' : `${side} is not given; Archer’s code takes ${fallback} for it.`,
    )
  }
  archerKl(draft)
  draft.set('method.clip_ratio_c', draft.number(actor('clip_ratio_c'), 3), [actor('clip_ratio_c')])
  const single = draft.number(actor('ppo_micro_batch_size_per_gpu'), 1) === 1
  if (single)
    draft.differ(
      actor('loss_agg_mode'),
      'With micro-batches of one response, Archer’s code takes the mean of response means; so does the form `repository`.',
    )
  else
    draft.set(
      'method.aggregation',
      'token-mean',
      [actor('loss_agg_mode')],
      'Archer’s code takes the mean of each micro-batch, Quiver of the whole mini-batch.',
    )
  withoutBonus(draft)
}

function archerKl(draft: Draft): void {
  const [use, low, high] = keysIn(
    'actor_rollout_ref.actor',
    'use_kl_loss',
    'kl_loss_coef',
    'high_entropy_kl_loss_scale_coef',
  )
  const on = draft.flag(use, false)
  draft.set('method.low_entropy_kl_loss_scale_coef', on ? draft.number(low, 0.001) : 0, on ? [use, low] : [use])
  draft.set('method.high_entropy_kl_loss_scale_coef', on ? draft.number(high, 0) : 0, on ? [high] : [use])
  if (on) klEstimator(draft, actor('kl_loss_type'))
}
