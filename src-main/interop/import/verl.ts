/** verl's settings that several keys decide together, each step with verl's own defaults (ppo_trainer.yaml). */
import type { Draft } from './draft.ts'
import { keysIn, path } from './key-table.ts'
import { verlMethod } from './verl-method.ts'

const actor = (key: string): string => `actor_rollout_ref.actor.${key}`

export const verlSteps: readonly ((draft: Draft) => void)[] = [
  batch,
  microBatch,
  groups,
  overlong,
  verifier,
  verlMethod,
  advantage,
  lora,
  evaluation,
  length,
]

function batch(draft: Draft): void {
  const prompts = draft.number('data.train_batch_size', 1024)
  draft.set('rollout.prompts_per_step', prompts, ['data.train_batch_size'])
  const key = actor('ppo_mini_batch_size')
  const mini = draft.number(key, 256)
  const tooLarge =
    mini > prompts
      ? `A mini-batch of ${mini} is larger than the ${prompts} prompts of a step; all of them make one.`
      : ''
  draft.set('update.mini_batch_prompts', Math.min(mini, prompts), [key], tooLarge)
}

/** Memory, never the result: tokens of a pass, from a token limit or from a number of responses. */
function microBatch(draft: Draft): void {
  const limit = actor('ppo_max_token_len_per_gpu')
  const dynamic = actor('use_dynamic_bsz')
  const count = actor('ppo_micro_batch_size_per_gpu')
  if (draft.flag(dynamic, false)) draft.set('update.micro_batch_tokens', draft.number(limit, 16384), [limit, dynamic])
  else if (draft.has(count) && draft.raw(count) !== null) {
    const tokens = draft.number('data.max_prompt_length', 512) + draft.number('data.max_response_length', 512)
    const difference = `Quiver counts the tokens of a pass: ${draft.number(count, 1)} × ${tokens} at most. Memory, never the result.`
    draft.set('update.micro_batch_tokens', draft.number(count, 1) * tokens, [count], difference)
  }
}

function groups(draft: Draft): void {
  draft.set('reward.singleton_group', 'keep', [])
  const [enable, metric, most] = keysIn('algorithm.filter_groups', 'enable', 'metric', 'max_num_gen_batches')
  if (draft.flag(enable, false)) {
    draft.set('rollout.group_filter', 'refill', [enable])
    if (draft.has(metric) && draft.text(metric, 'acc') !== 'acc')
      draft.lose(metric, 'Quiver filters groups by accuracy.')
    else draft.set('rollout.group_filter', 'refill', draft.has(metric) ? [metric] : [enable])
    const rounds = draft.number(most, 0)
    if (draft.has(most))
      draft.set(
        'rollout.max_gen_batches',
        rounds > 0 ? rounds : 1000,
        [most],
        rounds > 0 ? 'verl ends with an error there; Quiver goes on with what it has.' : 'verl has no limit here.',
      )
  } else if (draft.flag('trainer.rejection_sample', false))
    draft.set('rollout.group_filter', 'drop', ['trainer.rejection_sample'])
}

function overlong(draft: Draft): void {
  const [enable, length, factor] = keysIn('reward_model.overlong_buffer', 'enable', 'len', 'penalty_factor')
  const on = draft.flag(enable, false)
  if (!on) {
    if (draft.has(enable)) draft.set('reward.overlong_buffer_length', 0, [enable])
    return
  }
  draft.set('reward.overlong_buffer_length', draft.number(length, 0), [enable, length])
  const weight = draft.number(factor, 1)
  const signed = draft.text('reward_model.reward_manager', 'naive') === 'dapo'
  const difference = 'verl’s rewards are −1 and 1 here, Quiver’s 0 and 1, so half the factor is the same punishment.'
  draft.set('reward.overlong_penalty_factor', signed ? weight / 2 : weight, [factor], signed ? difference : '')
}

/** verl asks each row which scorer it wants; a run of Quiver has one, guessed from the name of the data. */
function verifier(draft: Draft): void {
  const manager = draft.text('reward_model.reward_manager', 'naive')
  const data = `${draft.openText('data.train_files') ?? ''} ${draft.openText('data.val_files') ?? ''}`.toLowerCase()
  const isCode = /code|apps|taco|humaneval/.test(data.replaceAll(/\$\w+/g, ''))
  const mode = manager === 'wizard' ? 'archer' : manager === 'dapo' ? 'dapo' : 'default'
  const code = { kind: 'code', compare: manager === 'wizard' ? 'archer' : 'auto' }
  const chosen = isCode
    ? code
    : data.includes('gsm8k') && !data.includes('math')
      ? { kind: 'numeric' }
      : { kind: 'math', mode }
  const difference =
    'verl takes the scorer that the data_source of each row names; a run has one verifier, guessed here from the name of the data.'
  for (const [key, value] of Object.entries(chosen))
    draft.set(`verifier.${key}`, value, ['reward_model.reward_manager'], key === 'kind' ? difference : '')
}

function advantage(draft: Draft): void {
  const [estimator, scaled] = keysIn('algorithm', 'adv_estimator', 'norm_adv_by_std_in_grpo')
  const name = draft.text(estimator, 'gae')
  const byStd = draft.flag(scaled, true)
  if (name === 'grpo') draft.set('reward.scale_rewards', byStd ? 'group' : 'none', [estimator, scaled])
  else if (name === 'rloo')
    draft.set(
      'reward.scale_rewards',
      'none',
      [estimator],
      'Leave-one-out advantages are n / (n − 1) times those of Quiver.',
    )
  else if (draft.has(estimator))
    draft.lose(estimator, `Quiver has no ${name} advantage: rewards are held against the mean of their group.`)
  else
    draft.note(
      'The source names no adv_estimator; verl would use gae with a critic, Quiver holds rewards against the mean of their group.',
    )
}

function lora(draft: Draft): void {
  const [rank, alpha, modules] = keysIn('actor_rollout_ref.model', 'lora_rank', 'lora_alpha', 'target_modules')
  const r = draft.number(rank, 0)
  if (r <= 0) return
  draft.set('lora.r', r, [rank])
  draft.set('lora.lora_alpha', draft.number(alpha, 16), [alpha])
  const named = draft.raw(modules)
  if (Array.isArray(named)) draft.set('lora.target_modules', named.map(String), [modules])
  else if (named === 'all-linear') draft.idle(modules, 'It is what Quiver does by itself: every linear module.')
}

function evaluation(draft: Draft): void {
  const freq = 'trainer.test_freq'
  const files = 'data.val_files'
  const every = draft.number(freq, -1)
  if (every <= 0) {
    for (const key of [freq, files])
      draft.idle(key, 'verl does not validate unless test_freq is above 0, and neither will the run.')
    return
  }
  draft.set('evaluation.every', every, [freq])
  path('evaluation.dataset')(draft, files)
  const [n, temperature, sample, limit] = keysIn(
    'actor_rollout_ref.rollout.val_kwargs',
    'n',
    'temperature',
    'do_sample',
    'response_length',
  )
  if (draft.flag(sample, false)) {
    draft.set('evaluation.n', draft.number(n, 1), [n, sample])
    if (draft.number(temperature, 0) > 0)
      draft.set('evaluation.temperature', draft.number(temperature, 1), [temperature])
  } else draft.idle(sample, 'Quiver always has the greedy response beside the sampled ones.')
  if (draft.has(limit) && draft.number(limit, 0) !== draft.number('data.max_response_length', 512))
    draft.lose(limit, 'Evaluations have the length limit of the run.')
}

/** Steps, and what is counted in parts of them. */
function length(draft: Draft): void {
  const [total, epochs] = keysIn('trainer', 'total_training_steps', 'total_epochs')
  const prompts = draft.number('data.train_batch_size', 1024)
  const { rows } = draft.facts
  let steps = draft.raw(total) === null ? 0 : draft.number(total, 0)
  if (steps > 0) draft.set('steps', steps, [total])
  else if (rows !== null) {
    steps = Math.max(1, Math.floor(rows / prompts)) * draft.number(epochs, 30)
    draft.set('steps', steps, [epochs], `${draft.number(epochs, 30)} epochs of ${rows} problems, ${prompts} a step.`)
  } else
    draft.lose(
      epochs,
      `A run counts steps: epochs × problems / ${prompts}. The problems of the data cannot be counted here; set steps.`,
    )
  warmup(draft, steps)
  const betas = draft.raw(actor('optim.betas'))
  if (Array.isArray(betas)) {
    draft.set('optimizer.beta1', Number(betas[0]), [actor('optim.betas')])
    draft.set('optimizer.beta2', Number(betas[1]), [actor('optim.betas')])
  }
}

function warmup(draft: Draft, steps: number): void {
  const [count, ratio] = keysIn('actor_rollout_ref.actor.optim', 'lr_warmup_steps', 'lr_warmup_steps_ratio')
  const given = draft.raw(count) === null ? -1 : draft.number(count, -1)
  const share = draft.number(ratio, 0)
  if (given > 0) draft.set('optimizer.warmup_steps', given, [count])
  else if (share > 0 && steps === 0)
    draft.lose(
      ratio,
      'The warm-up is a part of the steps, and their number is not known here; set optimizer.warmup_steps.',
    )
  else draft.set('optimizer.warmup_steps', Math.round(share * steps), [ratio])
}
