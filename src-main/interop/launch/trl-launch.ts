/** A run config in TRL's options: the other direction of import/trl-keys.ts. One process; `undefined` leaves an option out. */
import type { RunConfig } from '../../../src-preload/contract/config.ts'
import { updatesPerRollout } from '../../../src-preload/contract/warnings.ts'
import type { Overrides } from './verl-launch.ts'

const lossTypes: Readonly<Record<string, string>> = {
  'token-mean': 'dapo',
  'seq-mean-token-mean': 'grpo',
  'seq-mean-token-sum-norm': 'dr_grpo',
}

export function trlOptions(config: RunConfig): Overrides {
  return {
    ...sampleOptions(config),
    ...batchOptions(config),
    ...methodOptions(config),
    ...rewardOptions(config),
    ...optimizerOptions(config),
    ...adapterOptions(config),
  }
}

function sampleOptions({ name, seed, model, data, rollout }: RunConfig): Overrides {
  return {
    model_name_or_path: model,
    dataset_name: data.train,
    run_name: name,
    seed,
    max_prompt_length: data.max_prompt_length,
    max_completion_length: rollout.max_completion_length,
    num_generations: rollout.num_generations,
    temperature: rollout.temperature,
    top_p: rollout.top_p,
    top_k: rollout.top_k,
  }
}

/** TRL counts completions and optimizer updates, Quiver prompts and rollout batches. */
function batchOptions(config: RunConfig): Overrides {
  const { steps, rollout, update, checkpoint, optimizer } = config
  const updates = updatesPerRollout(config)
  return {
    num_processes: 1,
    per_device_train_batch_size: update.mini_batch_prompts * rollout.num_generations,
    gradient_accumulation_steps: 1,
    generation_batch_size: rollout.prompts_per_step * rollout.num_generations,
    num_iterations: update.num_iterations,
    gradient_checkpointing:
      update.gradient_checkpointing === 'auto' ? undefined : update.gradient_checkpointing === 'on',
    max_steps: steps * updates,
    warmup_steps: optimizer.warmup_steps * updates,
    save_strategy: checkpoint.every === 0 ? 'no' : 'steps',
    save_steps: checkpoint.every === 0 ? undefined : checkpoint.every * updates,
    save_total_limit: checkpoint.keep,
  }
}

function methodOptions({ method }: RunConfig): Overrides {
  const options = method as Readonly<Record<string, Overrides[string]>>
  const shared = {
    loss_type: method.name === 'dr_grpo' ? 'dr_grpo' : lossTypes[String(options.loss_agg_mode)],
    epsilon: options.epsilon,
    epsilon_high: options.epsilon_high,
    beta: options.beta,
    delta: options.clip_ratio_c ?? undefined,
  }
  switch (method.name) {
    case 'entropy_mask':
      return { ...shared, top_entropy_quantile: method.top_entropy_quantile }
    case 'gspo':
      return { ...shared, importance_sampling_level: 'sequence' }
    case 'cispo':
      return { ...shared, loss_type: 'cispo', epsilon: undefined, epsilon_high: 1 + method.epsilon_high }
    case 'entropy_bonus':
      return {
        ...shared,
        entropy_coef: method.entropy_coef,
        use_adaptive_entropy: method.use_adaptive_entropy,
        entropy_target: method.entropy_target,
        entropy_coef_delta: method.entropy_coef_delta,
        entropy_coef_min: method.entropy_coef_min,
        entropy_coef_max: method.entropy_coef_max,
      }
    default:
      return shared
  }
}

const rewardFunctions: Readonly<Record<string, string>> = { math: 'accuracy_reward', format: 'think_format_reward' }

function rewardOptions({ reward, verifier, method }: RunConfig): Overrides {
  const scale =
    reward.scale_rewards === 'method' ? (method.name === 'dr_grpo' ? 'none' : 'group') : reward.scale_rewards
  return {
    reward_funcs: rewardFunctions[verifier.kind],
    scale_rewards: scale,
    mask_truncated_completions: reward.mask_truncated_completions,
  }
}

function optimizerOptions({ optimizer }: RunConfig): Overrides {
  return {
    learning_rate: optimizer.learning_rate,
    lr_scheduler_type: optimizer.schedule === 'constant' ? 'constant_with_warmup' : optimizer.schedule,
    weight_decay: optimizer.weight_decay,
    adam_beta1: optimizer.beta1,
    adam_beta2: optimizer.beta2,
    adam_epsilon: optimizer.eps,
    max_grad_norm: optimizer.max_grad_norm ?? 0,
  }
}

function adapterOptions({ lora }: RunConfig): Overrides {
  if (!lora) return {}
  return {
    use_peft: true,
    lora_r: lora.r,
    lora_alpha: lora.lora_alpha,
    lora_dropout: lora.lora_dropout,
    lora_target_modules: lora.target_modules,
    use_rslora: lora.use_rslora,
  }
}
