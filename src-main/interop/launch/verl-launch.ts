/** A run config in verl's keys: the other direction of import/verl-keys.ts. `undefined` leaves a key out. */
import type { RunConfig } from '../../../src-preload/contract/config.ts'

type Value = string | number | boolean | null | readonly (string | number)[] | undefined
export type Overrides = Readonly<Record<string, Value>>

const actor = 'actor_rollout_ref.actor'
const estimators: Readonly<Record<string, string>> = {
  k1: 'kl',
  k2: 'mse',
  k3: 'low_var_kl',
  'k3+': 'low_var_kl+',
  full: 'full',
}

export function verlOverrides(config: RunConfig): Overrides {
  return {
    ...dataOverrides(config),
    ...rolloutOverrides(config),
    ...updateOverrides(config),
    ...methodOverrides(config),
    ...rewardOverrides(config),
    ...trainerOverrides(config),
  }
}

function dataOverrides({ model, lora, data, evaluation, seed }: RunConfig): Overrides {
  return {
    'actor_rollout_ref.model.path': model,
    'actor_rollout_ref.model.lora_rank': lora?.r,
    'actor_rollout_ref.model.lora_alpha': lora?.lora_alpha,
    'actor_rollout_ref.model.target_modules': lora?.target_modules,
    'data.train_files': data.train,
    'data.val_files': evaluation.dataset ?? undefined,
    'data.max_prompt_length': data.max_prompt_length,
    'data.filter_overlong_prompts': true,
    'data.seed': seed,
  }
}

function rolloutOverrides({ rollout, evaluation }: RunConfig): Overrides {
  const refill = rollout.group_filter === 'refill'
  return {
    'data.max_response_length': rollout.max_completion_length,
    'data.train_batch_size': rollout.prompts_per_step,
    'actor_rollout_ref.rollout.name': 'vllm',
    'actor_rollout_ref.rollout.n': rollout.num_generations,
    'actor_rollout_ref.rollout.temperature': rollout.temperature,
    'actor_rollout_ref.rollout.top_p': rollout.top_p,
    'actor_rollout_ref.rollout.top_k': rollout.top_k === 0 ? -1 : rollout.top_k,
    'actor_rollout_ref.rollout.max_num_seqs': rollout.max_num_seqs,
    'actor_rollout_ref.rollout.val_kwargs.do_sample': evaluation.dataset === null ? undefined : true,
    'actor_rollout_ref.rollout.val_kwargs.n': evaluation.dataset === null ? undefined : evaluation.n,
    'actor_rollout_ref.rollout.val_kwargs.temperature':
      evaluation.dataset === null ? undefined : evaluation.temperature,
    'algorithm.filter_groups.enable': refill ? true : undefined,
    'algorithm.filter_groups.metric': refill ? 'acc' : undefined,
    'algorithm.filter_groups.max_num_gen_batches': refill ? rollout.max_gen_batches : undefined,
    '+trainer.rejection_sample': rollout.group_filter === 'drop' ? true : undefined,
  }
}

function updateOverrides({ update, optimizer }: RunConfig): Overrides {
  return {
    [`${actor}.ppo_epochs`]: update.num_iterations,
    [`${actor}.ppo_mini_batch_size`]: update.mini_batch_prompts,
    [`${actor}.use_dynamic_bsz`]: true,
    [`${actor}.ppo_max_token_len_per_gpu`]: update.micro_batch_tokens,
    'actor_rollout_ref.model.enable_gradient_checkpointing':
      update.gradient_checkpointing === 'auto' ? undefined : update.gradient_checkpointing === 'on',
    [`${actor}.grad_clip`]: optimizer.max_grad_norm ?? undefined,
    [`${actor}.fsdp_config.optimizer_offload`]: optimizer.offload || undefined,
    [`${actor}.optim.lr`]: optimizer.learning_rate,
    [`${actor}.optim.betas`]: [optimizer.beta1, optimizer.beta2],
    [`${actor}.optim.weight_decay`]: optimizer.weight_decay,
    [`${actor}.optim.lr_warmup_steps`]: optimizer.warmup_steps,
    [`${actor}.optim.lr_scheduler_type`]: optimizer.schedule === 'linear' ? undefined : optimizer.schedule,
  }
}

/** Options that methods share, where the method has them. */
function sharedOverrides({ method }: RunConfig): Overrides {
  const options: Readonly<Record<string, Value>> = method as Readonly<Record<string, Value>>
  const beta = Number(options.beta ?? 0)
  return {
    [`${actor}.clip_ratio_low`]: options.epsilon,
    [`${actor}.clip_ratio_high`]: options.epsilon_high,
    // verl has a dual clip always; a bound this high never binds.
    [`${actor}.clip_ratio_c`]: options.clip_ratio_c === null ? 1e6 : options.clip_ratio_c,
    [`${actor}.loss_agg_mode`]: options.loss_agg_mode,
    [`${actor}.use_kl_loss`]: beta > 0,
    [`${actor}.kl_loss_coef`]: beta > 0 ? beta : undefined,
    [`${actor}.kl_loss_type`]: beta > 0 ? estimators[String(options.kl_estimator)] : undefined,
  }
}

function methodOverrides(config: RunConfig): Overrides {
  const { method } = config
  const shared = sharedOverrides(config)
  const mode = { [`${actor}.policy_loss.loss_mode`]: method.name }
  switch (method.name) {
    case 'archer':
      return { ...shared, ...archerOverrides(method) }
    case 'entropy_bonus':
      return { ...shared, [`${actor}.entropy_coeff`]: method.entropy_coef }
    case 'dr_grpo':
      return { ...shared, [`${actor}.loss_agg_mode`]: 'seq-mean-token-sum-norm' }
    case 'clip_cov':
      return {
        ...shared,
        ...mode,
        [`${actor}.policy_loss.clip_cov_ratio`]: method.clip_cov_ratio,
        [`${actor}.policy_loss.clip_cov_lb`]: method.clip_cov_lb,
        [`${actor}.policy_loss.clip_cov_ub`]: method.clip_cov_ub,
      }
    case 'kl_cov':
      return {
        ...shared,
        ...mode,
        [`${actor}.policy_loss.kl_cov_ratio`]: method.kl_cov_ratio,
        [`${actor}.policy_loss.ppo_kl_coef`]: method.ppo_kl_coef,
      }
    case 'gspo':
    case 'cispo':
      return { ...shared, ...mode }
    default:
      return shared
  }
}

function archerOverrides(method: Extract<RunConfig['method'], { name: 'archer' }>): Overrides {
  const low = method.low_entropy_kl_loss_scale_coef
  const high = method.high_entropy_kl_loss_scale_coef
  const on = low > 0 || high > 0
  return {
    [`+${actor}.use_token_entropy_separate`]: true,
    [`+${actor}.token_entropy_quantile`]: method.token_entropy_quantile,
    [`+${actor}.low_entropy_clip_ratio_low`]: method.low_entropy_clip_ratio_low,
    [`+${actor}.low_entropy_clip_ratio_high`]: method.low_entropy_clip_ratio_high,
    [`+${actor}.high_entropy_clip_ratio_low`]: method.high_entropy_clip_ratio_low,
    [`+${actor}.high_entropy_clip_ratio_high`]: method.high_entropy_clip_ratio_high,
    [`+${actor}.high_entropy_kl_loss_scale_coef`]: high,
    [`${actor}.use_kl_loss`]: on,
    [`${actor}.kl_loss_coef`]: on ? low : undefined,
    [`${actor}.kl_loss_type`]: on ? estimators[method.kl_estimator] : undefined,
    // One response a pass, as Archer trains: its mean of response means comes from that.
    [`${actor}.use_dynamic_bsz`]: false,
    [`${actor}.ppo_max_token_len_per_gpu`]: undefined,
    [`${actor}.ppo_micro_batch_size_per_gpu`]: 1,
  }
}

function rewardOverrides({ reward, verifier, method }: RunConfig): Overrides {
  const ramp = reward.overlong_buffer_length > 0
  const archer =
    (verifier.kind === 'math' && verifier.mode === 'archer') ||
    (verifier.kind === 'code' && verifier.compare === 'archer')
  const dapo = ramp || (verifier.kind === 'math' && verifier.mode === 'dapo')
  const centred = reward.scale_rewards === 'none' || (reward.scale_rewards === 'method' && method.name === 'dr_grpo')
  return {
    'algorithm.adv_estimator': 'grpo',
    'algorithm.norm_adv_by_std_in_grpo': !centred,
    'algorithm.use_kl_in_reward': false,
    'reward_model.reward_manager': dapo ? 'dapo' : archer ? 'wizard' : 'naive',
    'reward_model.overlong_buffer.enable': ramp ? true : undefined,
    'reward_model.overlong_buffer.len': ramp ? reward.overlong_buffer_length : undefined,
    // Rewards of −1 and 1 there: twice the factor is the same punishment.
    'reward_model.overlong_buffer.penalty_factor': ramp ? 2 * reward.overlong_penalty_factor : undefined,
    '+trainer.enable_overlong_filter': reward.drop_truncated_completions ? true : undefined,
  }
}

function trainerOverrides({ name, tags, steps, checkpoint, evaluation }: RunConfig): Overrides {
  return {
    'trainer.project_name': tags[0] ?? 'quiver',
    'trainer.experiment_name': name,
    'trainer.total_training_steps': steps,
    'trainer.save_freq': checkpoint.every === 0 ? -1 : checkpoint.every,
    'trainer.max_actor_ckpt_to_keep': checkpoint.keep,
    'trainer.test_freq': evaluation.dataset === null || evaluation.every === 0 ? -1 : evaluation.every,
    'trainer.nnodes': 1,
    'trainer.n_gpus_per_node': 1,
  }
}
