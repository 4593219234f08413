import { learningRate, type Variant } from './variants.ts'

/** Passes over each rollout batch, in the same mini-batches as the other runs. */
const passes = 4
export const farUpdates = 4 * passes
/** Rollout batches: half as many as the other runs, for twice the updates each. */
const steps = 16
export const farRate = 2 * learningRate

const farOffPolicy = {
  update: { num_iterations: passes, mini_batch_prompts: 2 },
  optimizer: { learning_rate: farRate },
} as const

/** The question of the clips on its own: so many and so large updates of a rollout batch that ratios leave the clip. */
export const farVariants: readonly Variant[] = [
  {
    id: 'archer-far',
    title: 'Archer, far off policy',
    source: 'arXiv 2507.15778',
    note: 'clip 0.5 for reasoning tokens, 0.2 for knowledge tokens',
    steps,
    changes: { method: { name: 'archer' }, ...farOffPolicy },
  },
  {
    id: 'archer-far-equal-clips',
    title: 'Archer, equal clips, far off policy',
    source: 'ablation',
    note: 'clip 0.2 for both classes',
    steps,
    changes: {
      method: { name: 'archer', high_entropy_clip_ratio_low: 0.2, high_entropy_clip_ratio_high: 0.2 },
      ...farOffPolicy,
    },
  },
]
