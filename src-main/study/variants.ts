import { type RunConfig, type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import { studyTask, type TaskFiles } from './task.ts'

/** One line of the study: a method with what it needs to be itself. */
export interface Variant {
  readonly id: string
  readonly title: string
  readonly source: string
  /** What sets it apart, in a clause for the report. */
  readonly note: string
  /** For an ablation of Archer: what the comparison with Archer answers. */
  readonly question?: string
  /** Rollout batches, where not those of all. */
  readonly steps?: number
  /** Laid over the settings that all variants share. */
  readonly changes: Pick<RunConfigInput, 'method' | 'update' | 'optimizer' | 'curriculum'>
}

/** Rollout batches of a run. */
const steps = 32
export const learningRate = 1.25e-4
/** Updates per rollout batch: two passes in four mini-batches each. */
const updatesPerRollout = 8

/** One update per rollout batch; the rate grows with the root of the updates saved, as OPEFO's authors set it. */
const strictlyOnPolicy = {
  update: { num_iterations: 1, mini_batch_prompts: 8 },
  optimizer: { learning_rate: learningRate * Math.sqrt(updatesPerRollout) },
} as const

/** In the order of the report. The seed is the outer loop, so that an unfinished study holds whole seeds. */
export const variants: readonly Variant[] = [
  {
    id: 'grpo',
    title: 'GRPO',
    source: 'arXiv 2402.03300',
    note: 'symmetric clip 0.2, mean over responses of token means, no KL',
    changes: { method: { name: 'grpo' } },
  },
  {
    id: 'grpo-on-policy',
    title: 'GRPO, strictly on policy',
    source: 'control for OPEFO',
    note: 'token mean, one update per rollout at √8 times the rate',
    changes: { method: { name: 'grpo', loss_agg_mode: 'token-mean' }, ...strictlyOnPolicy },
  },
  {
    id: 'dapo',
    title: 'DAPO',
    source: 'arXiv 2503.14476',
    note: 'clip-higher 0.28, token mean; without refill, so that the budget is equal',
    changes: { method: { name: 'dapo' } },
  },
  {
    id: 'entropy-mask',
    title: '80/20',
    source: 'arXiv 2506.01939',
    note: 'DAPO on the fifth of the mini-batch’s tokens with the highest entropy',
    changes: { method: { name: 'entropy_mask' } },
  },
  {
    id: 'kl-cov',
    title: 'KL-Cov',
    source: 'arXiv 2505.22617',
    note: 'penalty on the 0.2 % of tokens of highest covariance, at least one',
    changes: { method: { name: 'kl_cov', kl_cov_ratio: 0.002 } },
  },
  {
    id: 'ce-gppo',
    title: 'CE-GPPO',
    source: 'arXiv 2509.20712',
    note: 'bounded gradients outside the clip, beta1 0.5, beta2 1',
    changes: { method: { name: 'ce_gppo' } },
  },
  {
    id: 'sent',
    title: 'SENT',
    source: 'arXiv 2512.04359',
    note: 'two stages of rising semantic entropy from 8 more samples a prompt, reference renewed between them; KL on low-entropy tokens',
    changes: { method: { name: 'sent' }, curriculum: { order: 'semantic_entropy', stages: 2 } },
  },
  {
    id: 'opefo',
    title: 'OPEFO',
    source: 'arXiv 2605.11491',
    note: 'sampled form, one update per rollout at √8 times the rate',
    changes: { method: { name: 'opefo' }, ...strictlyOnPolicy },
  },
  {
    id: 'opefo-exact',
    title: 'OPEFO, exact form',
    source: 'arXiv 2605.11491 with 2602.09782, Eq. 5',
    note: 'the exact first-order change of entropy in place of the sampled form',
    changes: { method: { name: 'opefo', form: 'exact' }, ...strictlyOnPolicy },
  },
  {
    id: 'flexec',
    title: 'FlexEC',
    source: 'arXiv 2602.09782',
    note: 'increase-then-decrease schedule of probability-dependent clips',
    changes: { method: { name: 'flexec' } },
  },
  {
    id: 'archer',
    title: 'Archer (paper)',
    source: 'arXiv 2507.15778',
    note: 'response-level quantile 0.8, clip 0.5 and 0.2, KL 0 and 0.001',
    changes: { method: { name: 'archer' } },
  },
  {
    id: 'archer-repository',
    title: 'Archer (repository)',
    source: 'ArcherCodeR',
    note: 'classes from the current entropy, KL over each class, mean of response means',
    changes: { method: { name: 'archer', form: 'repository' } },
  },
  {
    id: 'archer-batch-quantile',
    title: 'Archer, batch quantile',
    source: 'ablation',
    note: 'one quantile over the mini-batch instead of one a response',
    question: 'Does the response-level quantile matter?',
    changes: { method: { name: 'archer', entropy_scope: 'mini-batch' } },
  },
  {
    id: 'archer-no-kl',
    title: 'Archer, no KL',
    source: 'ablation',
    note: 'both KL weights 0',
    question: 'Does the KL matter?',
    changes: { method: { name: 'archer', low_entropy_kl_loss_scale_coef: 0 } },
  },
  {
    id: 'archer-equal-clips',
    title: 'Archer, equal clips',
    source: 'ablation',
    note: 'clip 0.2 for both classes',
    question: 'Do the unequal clips matter?',
    changes: { method: { name: 'archer', high_entropy_clip_ratio_low: 0.2, high_entropy_clip_ratio_high: 0.2 } },
  },
  {
    id: 'archer-masking',
    title: 'Archer, masking',
    source: 'ablation',
    note: 'knowledge tokens left out instead of held tight: the response’s upper fifth alone, clip 0.5',
    question: 'Are tight constraints on knowledge tokens better than leaving them out?',
    changes: {
      method: {
        name: 'entropy_mask',
        entropy_scope: 'response',
        entropy_source: 'rollout',
        epsilon: 0.5,
        epsilon_high: 0.5,
        clip_ratio_c: 10,
      },
    },
  },
]

const shared = (files: TaskFiles): RunConfigInput => ({
  steps,
  model: files.model,
  data: { train: files.train },
  rollout: { prompts_per_step: 8, num_generations: 8, max_completion_length: 96, group_filter: 'drop' },
  update: { num_iterations: 2, mini_batch_prompts: 2 },
  optimizer: { learning_rate: learningRate, beta2: 0.99, warmup_steps: 2 },
  checkpoint: { every: 10, keep: 1 },
  trace: { every: 1_000_000 },
  threads: 1,
})

/** The settings that all variants share, in words, for runs of so many rollout batches. */
export const studySetting = (steps: number) => ({
  start: `the built-in Qwen2 of 1.2 million parameters after ${studyTask.training.steps} updates on solutions with forgotten carries and slips by one`,
  task: 'sums of two or three terms of two or three digits, worked column by column; reward 1 for the right number',
  rollouts: `${steps} batches of 8 prompts with 8 responses each; groups that are all right or all wrong are left out`,
  updates: `${updatesPerRollout} a batch: 2 passes in mini-batches of 2 prompts, AdamW at ${learningRate}, beta2 0.99, gradient norm at most 1`,
})

export const cellId = (variant: Pick<Variant, 'id'>, seed: number): string => `${variant.id}-seed-${seed}`

/** The run of one cell. `steps` overrides the number of rollout batches, for a trial. */
export function cellConfig(variant: Variant, seed: number, files: TaskFiles, steps?: number): RunConfig {
  const base = shared(files)
  const { changes } = variant
  const ownSteps = steps ?? variant.steps
  return runConfigSchema.parse({
    ...base,
    ...changes,
    name: cellId(variant, seed),
    tags: ['study'],
    seed,
    ...(ownSteps === undefined ? {} : { steps: ownSteps }),
    update: { ...base.update, ...changes.update },
    optimizer: { ...base.optimizer, ...changes.optimizer },
  })
}
