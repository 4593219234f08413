/**
 * What each key of verl's Hydra config becomes, Archer's and DAPO's own keys among them. A key that several of them decide
 * together is a `part` of a step in verl.ts.
 */
import {
  choice,
  datasetOfHub,
  flag,
  idle,
  type KeyTable,
  lost,
  modelOfHub,
  number,
  part,
  path,
  type Rule,
  text,
} from './key-table.ts'

const wholeOrAll = (value: number): number => Math.max(0, value)

const learningRate: Rule = number('optimizer.learning_rate', { absent: 1e-6 })
const shuffled = lost('Quiver draws the problems of every pass in random order.', true)
const oneDevice = 'It spreads the work over graphics cards and machines; Quiver works on one device.'
const engine = 'It sets up the engine that verl samples or trains with; Quiver has its own.'
const logging = 'It says where verl logs and writes; Quiver keeps every run in its workspace.'

export const verlTable: KeyTable = {
  rules: {
    'actor_rollout_ref.model.path': path('model', modelOfHub),
    'actor_rollout_ref.model.lora_rank': part,
    'actor_rollout_ref.model.lora_alpha': part,
    'actor_rollout_ref.model.target_modules': part,
    'actor_rollout_ref.model.enable_gradient_checkpointing': flag('update.gradient_checkpointing', ['on', 'off']),
    'trainer.experiment_name': text('name', (name) => name.slice(0, 120)),
    'trainer.project_name': text('tags', (project) => [project]),
    'data.train_files': path('data.train', datasetOfHub),
    'data.max_prompt_length': number('data.max_prompt_length', { absent: 512 }),
    'data.max_response_length': number('rollout.max_completion_length', { absent: 512 }),
    'data.seed': number('seed'),
    'data.shuffle': shuffled,
    'data.truncation': lost('Quiver leaves prompts out that are too long; it does not cut them.', 'error'),
    'data.filter_overlong_prompts': idle('Quiver always leaves prompts out that are too long.'),
    'data.train_batch_size': part,
    'data.gen_batch_size': idle('Quiver samples as many prompts as are missing from the batch.'),
    'data.val_files': part,
    'data.prompt_key': idle('Quiver finds the prompt by its column, `prompt` among others.'),
    'data.reward_fn_key': idle('A run of Quiver has one verifier.'),
    'data.dataloader_num_workers': idle(engine),
    'actor_rollout_ref.rollout.n': number('rollout.num_generations', { absent: 1 }),
    'actor_rollout_ref.rollout.temperature': number('rollout.temperature', { absent: 1 }),
    'actor_rollout_ref.rollout.top_p': number('rollout.top_p'),
    'actor_rollout_ref.rollout.top_k': number('rollout.top_k', { change: wholeOrAll }),
    'actor_rollout_ref.rollout.max_num_seqs': number('rollout.max_num_seqs'),
    'actor_rollout_ref.rollout.do_sample': lost('A run samples; it does not decode greedily.', true),
    'actor_rollout_ref.rollout.ignore_eos': lost('A response ends at its end-of-text token.', false),
    'actor_rollout_ref.rollout.val_kwargs.n': part,
    'actor_rollout_ref.rollout.val_kwargs.temperature': part,
    'actor_rollout_ref.rollout.val_kwargs.do_sample': part,
    'actor_rollout_ref.rollout.val_kwargs.top_p': lost('Evaluations sample from the whole distribution.', 1),
    'actor_rollout_ref.rollout.val_kwargs.top_k': lost('Evaluations sample from the whole distribution.', -1, 0),
    'actor_rollout_ref.rollout.val_kwargs.response_length': part,
    'actor_rollout_ref.actor.ppo_epochs': number('update.num_iterations', { absent: 1 }),
    'actor_rollout_ref.actor.ppo_mini_batch_size': part,
    'actor_rollout_ref.actor.use_dynamic_bsz': part,
    'actor_rollout_ref.actor.ppo_max_token_len_per_gpu': part,
    'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu': part,
    'actor_rollout_ref.actor.shuffle': idle('Quiver keeps the order of a batch over its passes.'),
    'actor_rollout_ref.actor.grad_clip': number('optimizer.max_grad_norm', { absent: 1 }),
    'actor_rollout_ref.actor.clip_ratio': part,
    'actor_rollout_ref.actor.clip_ratio_low': part,
    'actor_rollout_ref.actor.clip_ratio_high': part,
    'actor_rollout_ref.actor.clip_ratio_c': part,
    'actor_rollout_ref.actor.loss_agg_mode': part,
    'actor_rollout_ref.actor.use_token_level_loss': part,
    'actor_rollout_ref.actor.entropy_coeff': part,
    'actor_rollout_ref.actor.use_kl_loss': part,
    'actor_rollout_ref.actor.kl_loss_coef': part,
    'actor_rollout_ref.actor.kl_loss_type': part,
    'actor_rollout_ref.actor.policy_loss.loss_mode': part,
    'actor_rollout_ref.actor.policy_loss.clip_cov_ratio': part,
    'actor_rollout_ref.actor.policy_loss.clip_cov_lb': part,
    'actor_rollout_ref.actor.policy_loss.clip_cov_ub': part,
    'actor_rollout_ref.actor.policy_loss.kl_cov_ratio': part,
    'actor_rollout_ref.actor.policy_loss.ppo_kl_coef': part,
    'actor_rollout_ref.actor.k_percent': part,
    'actor_rollout_ref.actor.use_token_entropy_separate': part,
    'actor_rollout_ref.actor.use_archer_policy_loss': part,
    'actor_rollout_ref.actor.use_dynamic_clip': lost(
      'Archer 2.0 moves its clip; Quiver has the clip of the paper.',
      false,
    ),
    'actor_rollout_ref.actor.token_entropy_quantile': part,
    'actor_rollout_ref.actor.low_entropy_clip_ratio_low': part,
    'actor_rollout_ref.actor.low_entropy_clip_ratio_high': part,
    'actor_rollout_ref.actor.high_entropy_clip_ratio_low': part,
    'actor_rollout_ref.actor.high_entropy_clip_ratio_high': part,
    'actor_rollout_ref.actor.high_entropy_kl_loss_scale_coef': part,
    'actor_rollout_ref.actor.optim.lr': learningRate,
    'actor_rollout_ref.actor.fsdp_config.optimizer_offload': flag('optimizer.offload'),
    'actor_rollout_ref.actor.optim.weight_decay': number('optimizer.weight_decay', { absent: 0.01 }),
    'actor_rollout_ref.actor.optim.betas': part,
    'actor_rollout_ref.actor.optim.lr_warmup_steps': part,
    'actor_rollout_ref.actor.optim.lr_warmup_steps_ratio': part,
    'actor_rollout_ref.actor.optim.lr_scheduler_type': choice('optimizer.schedule', {
      constant: 'constant',
      cosine: 'cosine',
    }),
    'actor_rollout_ref.actor.optim.min_lr_ratio': lost(
      'The rate of Quiver falls to zero; a lowest rate is not kept.',
      null,
      0,
    ),
    'algorithm.adv_estimator': part,
    'algorithm.norm_adv_by_std_in_grpo': part,
    'algorithm.use_kl_in_reward': lost('Quiver has its KL in the loss, never in the reward.', false),
    'algorithm.kl_ctrl.kl_coef': idle('It is the weight of a KL in the reward.'),
    'algorithm.filter_groups.enable': part,
    'algorithm.filter_groups.metric': part,
    'algorithm.filter_groups.max_num_gen_batches': part,
    'reward_model.reward_manager': part,
    'reward_model.enable': lost('Quiver verifies answers; it has no reward model.', false),
    'reward_model.overlong_buffer.enable': part,
    'reward_model.overlong_buffer.len': part,
    'reward_model.overlong_buffer.penalty_factor': part,
    'custom_reward_function.path': lost(
      'A reward in Python cannot run in Quiver; choose a verifier, or write one: `quiver verifier new`.',
      null,
    ),
    'custom_reward_function.name': idle('It names a function of the reward file.'),
    'trainer.total_epochs': part,
    'trainer.total_training_steps': part,
    'trainer.save_freq': number('checkpoint.every', { absent: 0, change: wholeOrAll }),
    'trainer.test_freq': part,
    'trainer.val_before_train': idle('Quiver evaluates before the first step wherever it evaluates.'),
    'trainer.max_actor_ckpt_to_keep': number('checkpoint.keep'),
    'trainer.critic_warmup': lost('Quiver has no critic.', 0),
    'trainer.enable_overlong_filter': flag('reward.drop_truncated_completions'),
    'trainer.rejection_sample': part,
  },
  aliases: {
    'actor_rollout_ref.actor.loss_mode': 'actor_rollout_ref.actor.policy_loss.loss_mode',
    'actor_rollout_ref.actor.optim.warmup_style': 'actor_rollout_ref.actor.optim.lr_scheduler_type',
    'actor_rollout_ref.actor.optim.clip_grad': 'actor_rollout_ref.actor.grad_clip',
    'actor_rollout_ref.actor.ppo_micro_batch_size': 'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu',
    'actor_rollout_ref.model.lora.rank': 'actor_rollout_ref.model.lora_rank',
    'actor_rollout_ref.model.lora.alpha': 'actor_rollout_ref.model.lora_alpha',
    'actor_rollout_ref.rollout.response_length': 'data.max_response_length',
    'actor_rollout_ref.rollout.prompt_length': 'data.max_prompt_length',
    'reward.reward_manager.name': 'reward_model.reward_manager',
    'reward.custom_reward_function.path': 'custom_reward_function.path',
    'reward.custom_reward_function.name': 'custom_reward_function.name',
    ...overlongAliases(),
  },
  families: [
    [
      /(fsdp|megatron|sequence_parallel|model_parallel|expert_parallel|n_gpus_per_node|nnodes|offload|device_mesh)/,
      oneDevice,
    ],
    [/^(critic)\./, 'Quiver has no critic.'],
    [/^(ray_init|ray_kwargs|global_profiler|transfer_queue)\b|profile/, oneDevice],
    [
      /log_prob_|_target_$|torch_compile|fused|liger|remove_padding|strategy$|dtype|trust_remote_code|external_lib/,
      engine,
    ],
    [
      /^actor_rollout_ref\.rollout\.(name|mode|gpu_memory|max_num_batched|max_model_len|enable_chunked|enforce_eager|free_cache|load_format|engine_kwargs|disable_log|swap_space|calculate_log_probs|checkpoint_engine|agent|multi_stage|val_kwargs$)/,
      engine,
    ],
    [/^actor_rollout_ref\.(ref|hybrid_engine|model\.(override_config|use_shm|tokenizer))/, engine],
    [
      /^actor_rollout_ref\.actor\.(checkpoint|entropy_from_logits|entropy_checkpointing|grad_norm|data_loader_seed)/,
      engine,
    ],
    [/^actor_rollout_ref\.actor\.optim\.total_training_steps$/, 'verl sets it itself from the length of the run.'],
    [
      /^data\.(return_|image_key|video_key|val_batch_size|filter_overlong_prompts_workers|use_shm|tokenizer|validation_shuffle)/,
      engine,
    ],
    [
      /^trainer\.(logger|default_local_dir|default_hdfs_dir|resume|log_val|rollout_data_dir|validation_data_dir|balance_batch|del_local|max_critic_ckpt|ray_wait|val_only|use_legacy|device|esi_)/,
      logging,
    ],
    [
      /^algorithm\.(gamma|lam|kl_penalty|kl_ctrl)/,
      'It belongs to an advantage with a critic, or to a KL in the reward.',
    ],
    [
      /^reward_model\.(model|micro_batch|max_length|launch_|sandbox|reward_kwargs|num_workers|forward_)/,
      'It belongs to a reward model or to the workers of verl’s scorers.',
    ],
    [/^(defaults|hydra)\b/, 'It tells Hydra which files to read.'],
  ],
}

/** The overlong buffer has moved between versions of verl. */
function overlongAliases(): Record<string, string> {
  const places = [
    'custom_reward_function.overlong_buffer',
    'reward_model.reward_kwargs.overlong_buffer_cfg',
    'reward.reward_kwargs.overlong_buffer_cfg',
  ]
  const names = ['enable', 'len', 'penalty_factor']
  return Object.fromEntries(
    places.flatMap((place) => names.map((name) => [`${place}.${name}`, `reward_model.overlong_buffer.${name}`])),
  )
}
