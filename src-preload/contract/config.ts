import { z } from 'zod'
import { curriculumSchema } from './curriculum.ts'
import { deviceIds } from './device.ts'
import { loraSchema } from './lora.ts'
import { methodSchema } from './method.ts'
import { verifierSchema } from './verifier.ts'

const positiveInteger = z.int().min(1)
const naturalNumber = z.int().min(0)

const samplingFields = {
  temperature: z
    .number()
    .gt(0)
    .max(10)
    .default(1)
    .meta({ description: 'Divides the logits in sampling, log-probabilities and entropies alike.', source: 'verl' }),
  top_p: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .meta({ description: 'Nucleus sampling; 1 keeps the whole distribution.', source: 'vLLM' }),
  top_k: naturalNumber
    .default(0)
    .meta({ description: 'Samples from the k most likely tokens; 0 keeps all.', source: 'vLLM' }),
  max_completion_length: positiveInteger.default(96).meta({
    description: 'Longest response; a longer one is cut and marked truncated.',
    unit: 'tokens',
    source: 'TRL',
  }),
}

const rolloutSchema = z
  .strictObject({
    prompts_per_step: positiveInteger
      .default(16)
      .meta({ description: 'Prompts drawn for one rollout batch.', unit: 'prompts', source: 'verl train_batch_size' }),
    num_generations: positiveInteger.default(8).meta({
      description: 'Responses per prompt: the group whose mean is the baseline.',
      unit: 'responses',
      source: 'TRL',
    }),
    ...samplingFields,
    stop: z.array(z.string().min(1)).default([]).meta({ description: 'Texts that end a response.', source: 'vLLM' }),
    group_filter: z.enum(['keep', 'drop', 'refill']).default('keep').meta({
      description:
        'Groups whose responses are all correct or all wrong: keep them, drop them, or drop and sample others in their place (dynamic sampling).',
      source: 'DAPO; Archer drops without refill',
    }),
    max_num_seqs: positiveInteger.default(128).meta({
      description:
        'Responses that decode side by side, each with a key/value cache; the others wait until some finish. More is faster until memory runs out.',
      unit: 'responses',
      source: 'vLLM',
    }),
    max_gen_batches: positiveInteger.default(10).meta({
      description: 'Most sampling rounds of a refill; then the step goes on with what there is.',
      source: 'verl',
    }),
  })
  .meta({ title: 'Rollout' })

export const rewardSchema = z
  .strictObject({
    overlong_buffer_length: naturalNumber.default(0).meta({
      description: 'Soft overlong punishment: length of the ramp before the limit; 0 turns it off.',
      unit: 'tokens',
      source: 'DAPO',
    }),
    overlong_penalty_factor: z
      .number()
      .min(0)
      .default(1)
      .meta({ description: 'Punishment at the limit.', unit: 'reward', source: 'DAPO' }),
    mask_truncated_completions: z.boolean().default(false).meta({
      description: 'Leave truncated responses out of the loss; they still count in the group statistics.',
      source: 'TRL',
    }),
    drop_truncated_completions: z.boolean().default(false).meta({
      description: 'Drop truncated responses before the advantages: out of the group statistics and out of the loss.',
      source: 'Archer repository, overlong filter',
    }),
    scale_rewards: z.enum(['method', 'group', 'batch', 'none']).default('method').meta({
      description:
        'What the centred reward is divided by: the standard deviation of the group, of the batch, or nothing; `method` leaves it to the method (nothing for Dr. GRPO, else the group).',
      source: 'TRL',
    }),
    singleton_group: z.enum(['drop', 'keep']).default('drop').meta({
      description: 'A group of one response: no signal (drop), or advantage = reward (keep).',
      source: 'drop: TRL; keep: verl',
    }),
  })
  .meta({ title: 'Reward' })

const updateSchema = z
  .strictObject({
    num_iterations: positiveInteger.default(2).meta({
      description: 'Passes over each rollout batch; clip-based methods need at least two updates per rollout.',
      source: 'TRL',
    }),
    mini_batch_prompts: positiveInteger.default(8).meta({
      description: 'Prompts (whole groups) in one optimizer update.',
      unit: 'prompts',
      source: 'verl ppo_mini_batch_size',
    }),
    micro_batch_tokens: positiveInteger.default(16384).meta({
      description: 'Most tokens in one forward and backward pass; memory, never the result.',
      unit: 'tokens',
      source: 'verl ppo_max_token_len_per_gpu',
    }),
    old_logprobs: z.enum(['auto', 'always', 'never']).default('auto').meta({
      description:
        'Where the old log-probabilities come from: the sampling pass itself (`never` scores again), a scoring pass of every response before the first update (`always`), or that pass only where the two differ by more than `old_logprobs_threshold` (`auto`).',
      source: 'verl scores always',
    }),
    old_logprobs_threshold: z.number().min(0).default(0.01).meta({
      description: 'Mean difference of sampling and training log-probabilities beyond which `auto` scores again.',
      unit: 'nats',
    }),
    gradient_checkpointing: z.enum(['auto', 'on', 'off']).default('auto').meta({
      description:
        'Computes each layer again in the backward pass instead of keeping its results: less memory, more time, the same numbers. `auto` does so where the results would take over 1 GiB.',
      source: 'Chen et al. 2016, arXiv 1604.06174; TRL',
    }),
  })
  .meta({ title: 'Update' })

const optimizerSchema = z
  .strictObject({
    learning_rate: z.number().gt(0).default(1e-4).meta({ description: 'Peak learning rate of AdamW.', source: 'TRL' }),
    warmup_steps: naturalNumber.default(5).meta({
      description: 'Rollout steps over which the rate rises from zero.',
      unit: 'steps',
      source: 'verl lr_warmup_steps',
    }),
    schedule: z
      .enum(['constant', 'linear', 'cosine'])
      .default('constant')
      .meta({ description: 'Rate after the warm-up.', source: 'TRL lr_scheduler_type' }),
    beta1: z
      .number()
      .min(0)
      .lt(1)
      .default(0.9)
      .meta({ description: 'Decay of the first moment.', source: 'PyTorch AdamW' }),
    beta2: z
      .number()
      .min(0)
      .lt(1)
      .default(0.999)
      .meta({ description: 'Decay of the second moment.', source: 'PyTorch AdamW' }),
    eps: z
      .number()
      .gt(0)
      .default(1e-8)
      .meta({ description: 'Added to the root of the second moment.', source: 'PyTorch AdamW' }),
    weight_decay: z
      .number()
      .min(0)
      .default(0)
      .meta({ description: 'Decoupled weight decay.', source: 'PyTorch AdamW' }),
    max_grad_norm: z
      .number()
      .gt(0)
      .nullable()
      .default(1)
      .meta({ description: 'Global-norm clip; empty turns it off.', source: 'TRL; verl grad_clip' }),
    offload: z.boolean().default(false).meta({
      description:
        "Keeps AdamW's two moments, 8 bytes per trained weight, in this machine's memory instead of the card's: room on the card for time in each update, the same numbers. On `cuda` only.",
      source: 'verl optimizer_offload; Ren et al. 2021, arXiv 2101.06840',
    }),
  })
  .meta({ title: 'Optimizer' })

const evaluationSchema = z
  .strictObject({
    dataset: z.string().nullable().default(null).meta({
      description: 'Held-out problems (a file, or `builtin:NAME`); empty turns evaluation off.',
      source: 'verl val_files',
    }),
    every: naturalNumber.default(25).meta({
      description: 'Steps between evaluations; 0 evaluates at the start and the end only.',
      unit: 'steps',
      source: 'verl test_freq',
    }),
    limit: positiveInteger.default(256).meta({ description: 'Most problems of an evaluation.', unit: 'problems' }),
    n: positiveInteger.default(1).meta({
      description: 'Samples per problem beside the greedy one.',
      unit: 'samples',
      source: 'verl val_kwargs.n',
    }),
    k: z
      .array(positiveInteger)
      .default([1])
      .meta({ description: 'pass@k for these k, each at most n.', source: 'arXiv 2107.03374' }),
    temperature: z
      .number()
      .gt(0)
      .max(10)
      .default(1)
      .meta({ description: 'Temperature of the samples.', source: 'verl val_kwargs.temperature' }),
  })
  .meta({ title: 'Evaluation' })

const checkpointSchema = z
  .strictObject({
    every: naturalNumber.default(25).meta({
      description: 'Steps between checkpoints; 0 writes one at stop and at the end only.',
      unit: 'steps',
      source: 'verl save_freq',
    }),
    keep: positiveInteger.default(3).meta({
      description: 'Newest checkpoints kept; older ones are removed.',
      unit: 'checkpoints',
      source: 'TRL save_total_limit',
    }),
  })
  .meta({ title: 'Checkpoints' })

const traceSchema = z
  .strictObject({
    every: positiveInteger
      .default(1)
      .meta({ description: 'Steps between stored token traces; metrics are always stored.', unit: 'steps' }),
    groups: positiveInteger
      .nullable()
      .default(null)
      .meta({ description: 'Groups traced per step; empty traces all.', unit: 'groups' }),
    top_k: naturalNumber.max(20).default(0).meta({
      description:
        'Likeliest tokens stored at each token with their log-probabilities, at most about 9 bytes each; 0 stores none.',
      unit: 'tokens',
    }),
  })
  .meta({ title: 'Traces' })

/** The one description of a run: recipes, the form, `--set`, `config.yaml` and the docs are all read from it. */
export const runConfigSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(120)
      .default('run')
      .meta({ description: 'Shown in lists and legends.', source: 'TRL run_name; verl experiment_name' }),
    tags: z.array(z.string().trim().min(1)).default([]).meta({ description: 'For filtering.' }),
    seed: naturalNumber
      .default(1)
      .meta({ description: 'Everything random in the run follows from it.', source: 'TRL' }),
    steps: positiveInteger.default(150).meta({
      description: 'Rollout batches until the run is finished.',
      unit: 'steps',
      source: 'verl total_training_steps',
    }),
    model: z.string().min(1).default('builtin:arithmetic-1m').meta({
      description: 'A Hugging Face folder, a PEFT folder (its adapter trains on), or `builtin:NAME`.',
      source: 'TRL model_name_or_path',
    }),
    lora: loraSchema.nullable().default(null),
    data: z
      .strictObject({
        train: z.string().min(1).default('builtin:arithmetic-train').meta({
          description: 'Problems (a JSONL, JSON, CSV or Parquet file, or `builtin:NAME`).',
          source: 'verl train_files',
        }),
        prompt_template: z.string().default('{prompt}').meta({
          description:
            'Text around a plain prompt; `{prompt}` stands for the problem. Chat messages use the chat template.',
        }),
        max_prompt_length: positiveInteger
          .default(256)
          .meta({ description: 'Longer prompts are left out.', unit: 'tokens', source: 'verl' }),
      })
      .prefault({})
      .meta({ title: 'Data' }),
    curriculum: curriculumSchema.prefault({}),
    verifier: verifierSchema.default({ kind: 'numeric' }).meta({ title: 'Verifier' }),
    method: methodSchema.prefault({ name: 'archer' }).meta({ title: 'Method' }),
    rollout: rolloutSchema.prefault({}),
    reward: rewardSchema.prefault({}),
    update: updateSchema.prefault({}),
    optimizer: optimizerSchema.prefault({}),
    evaluation: evaluationSchema.prefault({}),
    checkpoint: checkpointSchema.prefault({}),
    trace: traceSchema.prefault({}),
    device: z.enum(deviceIds).default('cpu').meta({
      description:
        'Where the engine computes; the devices page tells which can be used here. Another one is never taken in its place; `cuda` is whichever NVIDIA card has no run, `cuda:1` the second.',
    }),
    threads: positiveInteger
      .nullable()
      .default(null)
      .meta({ description: 'CPU threads of the engine; empty uses all cores.' }),
  })
  .meta({ title: 'Run' })

export type RunConfig = z.infer<typeof runConfigSchema>
export type RunConfigInput = z.input<typeof runConfigSchema>

/** A published or shipped setting: a run config with a headline and its source. */
export const recipeSchema = z.strictObject({
  title: z.string(),
  description: z.string(),
  source: z.string(),
  config: runConfigSchema,
})
export type Recipe = z.infer<typeof recipeSchema>

export interface ConfigIssue {
  /** Dotted path of the field, empty for the whole. */
  readonly path: string
  readonly message: string
}
