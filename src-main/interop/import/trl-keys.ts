/**
 * What each field of TRL's GRPOConfig, ModelConfig and ScriptArguments becomes. A field that several of them decide together is a
 * `part` of a step in trl.ts.
 */
import { datasetOfHub, flag, type KeyTable, lost, modelOfHub, number, part, path } from './key-table.ts'

const engine = 'It sets up the library that TRL computes with; Quiver has its own engine.'
const oneDevice = 'It spreads the work over processes and cards; Quiver works on one device.'
const logging = 'It says where TRL logs and writes; Quiver keeps every run in its workspace.'
const hub = 'It sends the model to the Hugging Face hub; `quiver export` writes a folder for it.'

const topK: KeyTable['rules'][string] = (draft, key) => {
  if (draft.has(key) && draft.raw(key) !== null) draft.set('rollout.top_k', Math.max(0, draft.number(key, 0)), [key])
}

export const trlTable: KeyTable = {
  rules: {
    model_name_or_path: path('model', modelOfHub),
    dataset_name: path('data.train', datasetOfHub),
    eval_dataset: lost('TRL evaluates on a split of its dataset; name a file in evaluation.dataset.', null),
    run_name: part,
    output_dir: part,
    reward_funcs: part,
    reward_weights: part,
    seed: number('seed'),
    max_completion_length: number('rollout.max_completion_length', { absent: 256 }),
    max_prompt_length: number('data.max_prompt_length', { but: 'TRL cuts longer prompts, Quiver leaves them out.' }),
    num_generations: number('rollout.num_generations', { absent: 8 }),
    temperature: number('rollout.temperature', { absent: 1 }),
    top_p: number('rollout.top_p'),
    top_k: topK,
    min_p: lost('Quiver has no min_p.', null, 0),
    repetition_penalty: lost('Quiver does not change the distribution for repetitions.', 1),
    generation_kwargs: lost('Quiver has no further options of generation.', null),
    chat_template_kwargs: lost('The chat template of the model is used as it is.', null),
    system_prompt: lost('Put it into the messages of the data, or around them with data.prompt_template.', null),
    chat_template: lost('The chat template of the model is used as it is.', null),
    per_device_train_batch_size: part,
    gradient_accumulation_steps: part,
    generation_batch_size: part,
    steps_per_generation: part,
    num_processes: part,
    num_iterations: number('update.num_iterations', { absent: 1 }),
    gradient_checkpointing: flag('update.gradient_checkpointing', ['on', 'off']),
    loss_type: part,
    importance_sampling_level: part,
    top_entropy_quantile: part,
    entropy_coef: part,
    use_adaptive_entropy: part,
    entropy_target: part,
    entropy_coef_delta: part,
    entropy_coef_min: part,
    entropy_coef_max: part,
    epsilon: part,
    epsilon_high: part,
    delta: part,
    beta: part,
    scale_rewards: part,
    mask_truncated_completions: flag('reward.mask_truncated_completions'),
    multi_objective_aggregation: lost('Quiver adds the parts of a reward before it scales them.', 'sum_then_normalize'),
    sync_ref_model: lost('The reference of a run is renewed at the stages of a curriculum only.', false),
    off_policy_mask_threshold: lost('Quiver masks no responses by their KL.', null),
    use_bias_correction_kl: lost('Quiver has the estimators k1, k2, k3 and k3+.', false),
    shuffle_dataset: lost('Quiver draws the problems of every pass in random order.', true),
    learning_rate: number('optimizer.learning_rate', { absent: 1e-6 }),
    weight_decay: number('optimizer.weight_decay', { absent: 0 }),
    adam_beta1: number('optimizer.beta1'),
    adam_beta2: number('optimizer.beta2'),
    adam_epsilon: number('optimizer.eps'),
    max_grad_norm: number('optimizer.max_grad_norm', { absent: 1 }),
    lr_scheduler_type: part,
    lr_scheduler_kwargs: lost('The schedules of Quiver have no options; the rate falls to zero.', null),
    warmup_ratio: part,
    warmup_steps: part,
    max_steps: part,
    num_train_epochs: part,
    save_strategy: part,
    save_steps: part,
    save_total_limit: number('checkpoint.keep'),
    eval_strategy: part,
    eval_steps: part,
    use_peft: part,
    lora_r: part,
    lora_alpha: part,
    lora_dropout: part,
    lora_target_modules: part,
    use_rslora: part,
    load_in_4bit: lost('Quiver trains unquantised weights.', false),
    load_in_8bit: lost('Quiver trains unquantised weights.', false),
    reward_model_name_or_path: lost('Quiver verifies answers; it has no reward model.', null),
    max_tool_calling_iterations: lost('A response of Quiver calls no tools.', null),
    optim: lost('Quiver has AdamW.', 'adamw_torch', 'adamw_torch_fused', 'adamw_hf'),
  },
  aliases: {
    model: 'model_name_or_path',
    model_name: 'model_name_or_path',
    dataset: 'dataset_name',
    train_dataset: 'dataset_name',
    nproc_per_node: 'num_processes',
    lr: 'learning_rate',
    evaluation_strategy: 'eval_strategy',
    max_new_tokens: 'max_completion_length',
  },
  families: [
    [/^(use_vllm|vllm_|use_transformers_paged|cache_implementation|ds3_|unsloth_)/, engine],
    [
      /^(bf16|fp16|tf32|dtype|torch_dtype|attn_|use_liger|use_cpu|torch_compile|dataloader_|auto_find|cast_lm|disable_dropout|model_init|model_revision|trust_remote|remove_unused|gradient_checkpointing_kwargs|use_cache|mixed_precision|bnb_|use_bnb|load_best)/,
      engine,
    ],
    [
      /^(ddp_|fsdp|deepspeed|num_machines|machine_rank|main_process|config_file|master_|nnodes|node_rank|zero_stage|gpu_ids|multi_gpu|rdzv|standalone)/,
      oneDevice,
    ],
    [
      /^(report_to|log|wandb|project|trackio|run_post|overwrite_output|num_completions_to_print|save_only_model|save_safetensors|resume_from|do_train|do_eval|disable_tqdm|include_)/,
      logging,
    ],
    [/^(hub|push_to_hub)/, hub],
    [
      /^(dataset_|eval_|per_device_eval|num_generations_eval)/,
      'A run of Quiver names a file of problems for training and one for evaluation.',
    ],
    [
      /^(lora_task_type|lora_bias|bias|task_type|lora_modules_to_save|use_dora)/,
      'An adapter of Quiver has no bias and trains no other modules.',
    ],
    [
      /^(ref_model_|sapo_|data_seed|callbacks)/,
      'It belongs to another setting that is off, or to TRL’s own machinery.',
    ],
  ],
}
