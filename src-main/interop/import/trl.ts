/** TRL's fields that decide a setting together, each step with the defaults of GRPOConfig. */
import type { Draft } from './draft.ts'
import { trlMethod } from './trl-method.ts'
import { trlRewards } from './trl-rewards.ts'

export const trlSteps: readonly ((draft: Draft) => void)[] = [
  name,
  batch,
  trlMethod,
  trlRewards,
  schedule,
  length,
  evaluation,
  lora,
]

function name(draft: Draft): void {
  const key = draft.has('run_name') ? 'run_name' : 'output_dir'
  const text = draft.openText(key)?.replace(/\/+$/, '').split('/').at(-1)?.slice(0, 120)
  if (!text) return
  if (draft.raw(key) === undefined) draft.keep(key, 'name', text)
  else draft.set('name', text, [key])
  if (key !== 'output_dir') draft.idle('output_dir', 'A run of Quiver has its folder in the workspace.')
}

interface Sizes {
  readonly prompts: number
  /** Optimizer updates of one rollout batch. */
  readonly updates: number
}

/** Completions of a generation batch and of an update, as TRL counts them, in prompts and updates. */
function sizes(draft: Draft): Sizes & { readonly perUpdate: number; readonly perGeneration: number } {
  const perStep = draft.number('per_device_train_batch_size', 8) * draft.number('num_processes', 1)
  const accumulation = draft.number('gradient_accumulation_steps', 1)
  const own = draft.raw('generation_batch_size') === null ? 0 : draft.number('generation_batch_size', 0)
  const stepsGiven =
    draft.raw('steps_per_generation') === null ? accumulation : draft.number('steps_per_generation', accumulation)
  const perGeneration = own > 0 ? own : perStep * stepsGiven
  const perUpdate = perStep * accumulation
  const prompts = Math.max(1, Math.round(perGeneration / draft.number('num_generations', 8)))
  const updates = Math.max(1, Math.round((draft.number('num_iterations', 1) * perGeneration) / perUpdate))
  return { prompts, updates, perUpdate, perGeneration }
}

function batch(draft: Draft): void {
  const group = draft.number('num_generations', 8)
  const { perUpdate, perGeneration, prompts } = sizes(draft)
  const uneven =
    perGeneration % group === 0 ? '' : `${perGeneration} responses are no whole number of groups of ${group}.`
  if (!draft.has('max_prompt_length'))
    draft.note(
      'max_prompt_length is not given: TRL takes prompts of any length, Quiver leaves out those beyond data.max_prompt_length.',
    )
  const alone = draft.has('num_processes')
    ? ''
    : 'The number of processes is not in the source, so one is assumed; with more, multiply prompts_per_step and mini_batch_prompts by it.'
  const keys = ['generation_batch_size', 'steps_per_generation', 'per_device_train_batch_size', 'num_processes']
  if (!draft.has('steps_per_generation') && !draft.has('generation_batch_size'))
    keys.push('gradient_accumulation_steps')
  draft.set('rollout.prompts_per_step', prompts, keys, uneven, alone)
  const mini = Math.min(prompts, Math.max(1, Math.ceil(perUpdate / group)))
  const split =
    perUpdate % group === 0 ? '' : `An update of Quiver has whole groups of ${group}, TRL’s ${perUpdate} responses.`
  draft.set('update.mini_batch_prompts', mini, ['gradient_accumulation_steps', 'per_device_train_batch_size'], split)
}

const schedules: Readonly<Record<string, string>> = {
  linear: 'linear',
  cosine: 'cosine',
  constant: 'constant',
  constant_with_warmup: 'constant',
  cosine_with_min_lr: 'cosine',
}

function schedule(draft: Draft): void {
  const kind = draft.text('lr_scheduler_type', 'linear')
  const known = schedules[kind]
  const difference = kind === 'cosine_with_min_lr' ? 'The rate of Quiver falls to zero.' : ''
  if (known) draft.set('optimizer.schedule', known, ['lr_scheduler_type'], difference)
  else draft.lose('lr_scheduler_type', `Quiver has no ${kind} schedule; it knows constant, linear and cosine.`)
}

const inSteps = (updates: number): string =>
  updates === 1 ? '' : `TRL counts updates, Quiver rollout batches of ${updates} updates.`

function length(draft: Draft): void {
  const { prompts, updates } = sizes(draft)
  const { rows } = draft.facts
  const most = draft.number('max_steps', -1)
  const epochs = draft.number('num_train_epochs', 3)
  let steps = 0
  if (most > 0) {
    steps = Math.ceil(most / updates)
    draft.set('steps', steps, ['max_steps'], inSteps(updates))
  } else if (rows !== null) {
    steps = Math.max(1, Math.floor((rows / prompts) * epochs))
    draft.set('steps', steps, ['num_train_epochs'], `${epochs} epochs of ${rows} problems, ${prompts} a step.`)
  } else if (draft.has('num_train_epochs'))
    draft.lose(
      'num_train_epochs',
      `A run counts steps: epochs × problems / ${prompts}. The problems of the data cannot be counted here; set steps.`,
    )
  else
    draft.note(`TRL would train for ${epochs} epochs; a run counts steps: epochs × problems / ${prompts}. Set steps.`)
  warmup(draft, steps, updates)
  checkpoints(draft, updates)
}

function warmup(draft: Draft, steps: number, updates: number): void {
  const given = draft.number('warmup_steps', 0)
  const share = given > 0 && given < 1 ? given : draft.number('warmup_ratio', 0)
  if (given >= 1) draft.set('optimizer.warmup_steps', Math.ceil(given / updates), ['warmup_steps'], inSteps(updates))
  else if (share > 0 && steps === 0)
    draft.lose(
      given > 0 ? 'warmup_steps' : 'warmup_ratio',
      'The warm-up is a part of the steps, and their number is not known here; set optimizer.warmup_steps.',
    )
  else draft.set('optimizer.warmup_steps', Math.ceil(share * steps), given > 0 ? ['warmup_steps'] : ['warmup_ratio'])
}

function checkpoints(draft: Draft, updates: number): void {
  const strategy = draft.text('save_strategy', 'steps')
  const every = draft.number('save_steps', 500)
  if (strategy === 'no') draft.set('checkpoint.every', 0, ['save_strategy'])
  else if (strategy !== 'steps')
    draft.lose(
      'save_strategy',
      `Checkpoints of Quiver come every so many steps, not by “${strategy}”; set checkpoint.every.`,
    )
  else if (every < 1) draft.lose('save_steps', 'Set checkpoint.every in steps.')
  else
    draft.set(
      'checkpoint.every',
      Math.max(1, Math.round(every / updates)),
      ['save_steps', 'save_strategy'],
      inSteps(updates),
    )
}

function evaluation(draft: Draft): void {
  const strategy = draft.text('eval_strategy', 'no')
  if (strategy === 'no' || strategy === 'false') {
    draft.idle('eval_strategy', 'Neither evaluates.')
    return
  }
  draft.lose('eval_strategy', 'TRL evaluates on a split of its dataset; name a file in evaluation.dataset.')
  const every = draft.number('eval_steps', 0)
  const { updates } = sizes(draft)
  if (every >= 1)
    draft.set('evaluation.every', Math.max(1, Math.round(every / updates)), ['eval_steps'], inSteps(updates))
}

function lora(draft: Draft): void {
  if (!draft.flag('use_peft', draft.has('lora_r'))) return
  draft.set('lora.r', draft.number('lora_r', 16), ['lora_r', 'use_peft'])
  draft.set('lora.lora_alpha', draft.number('lora_alpha', 32), ['lora_alpha'])
  draft.set('lora.lora_dropout', draft.number('lora_dropout', 0.05), ['lora_dropout'])
  if (draft.flag('use_rslora', false)) draft.set('lora.use_rslora', true, ['use_rslora'])
  const modules = draft.raw('lora_target_modules')
  if (Array.isArray(modules)) draft.set('lora.target_modules', modules.map(String), ['lora_target_modules'])
  else if (modules === 'all-linear')
    draft.idle('lora_target_modules', 'It is what Quiver does by itself: every linear module.')
  else if (typeof modules === 'string') draft.set('lora.target_modules', [modules], ['lora_target_modules'])
}
