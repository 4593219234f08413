import { z } from 'zod'
import type { RunConfig, RunConfigInput } from './config.ts'

const positiveInteger = z.int().min(1)

/** In which order a run meets its training problems. */
export const curriculumSchema = z
  .strictObject({
    order: z.enum(['shuffled', 'semantic_entropy']).default('shuffled').meta({
      description:
        'shuffled: one pass after another in random order. semantic_entropy: stages from prompts whose sampled answers agree to prompts whose answers differ; the answers are sampled before the first step.',
      source: 'SENT, arXiv 2512.04359',
    }),
    stages: positiveInteger.max(32).default(2).meta({
      description: 'Parts of equal size, trained one after another.',
      unit: 'stages',
      source: 'SENT scripts',
    }),
    stage_epochs: z.array(positiveInteger).default([]).meta({
      description:
        'Passes over each stage before the next begins, one number a stage; the last stage lasts until the run ends. Empty shares the steps equally.',
      unit: 'epochs',
      source: 'SENT scripts: 5',
    }),
    refresh_reference: z.boolean().default(true).meta({
      description: 'The policy at a stage boundary becomes the reference of the next stage.',
      source: 'SENT scripts',
    }),
    num_samples: positiveInteger
      .max(1024)
      .default(8)
      .meta({ description: 'Answers sampled per prompt before the first step.', unit: 'samples', source: 'SENT M' }),
    temperature: z
      .number()
      .gt(0)
      .max(10)
      .default(1)
      .meta({ description: 'Temperature of these samples.', source: 'SENT, as in its rollouts' }),
    cluster_weight: z.enum(['counts', 'likelihood', 'length_normalized']).default('counts').meta({
      description:
        'Weight of an answer: how many samples gave it, the summed probability of those samples, or that with each log-probability divided by its tokens.',
      source: 'the paper sums probabilities; counts estimate the same mass from samples of the policy',
    }),
    seed: z.int().min(0).default(1).meta({
      description: 'Seed of these samples, apart from the seed of the run: runs of several seeds share them.',
    }),
  })
  .meta({ title: 'Curriculum' })

/** Everything the samples of a semantic-entropy pass depend on, beside the bytes of model and dataset. */
export function passSettings({ model, data, verifier, rollout, curriculum }: RunConfig) {
  const { num_samples, temperature, cluster_weight, seed } = curriculum
  const { top_p, top_k, max_completion_length, stop } = rollout
  return {
    model,
    dataset: data.train,
    prompt_template: data.prompt_template,
    max_prompt_length: data.max_prompt_length,
    verifier,
    num_samples,
    temperature,
    top_p,
    top_k,
    max_completion_length,
    stop,
    cluster_weight,
    seed,
  }
}
export type PassSettings = ReturnType<typeof passSettings>

/** A run config that needs the pass with these settings: what to start it again with. */
export function passConfig(settings: PassSettings): RunConfigInput {
  const { model, dataset, prompt_template, max_prompt_length, verifier, ...rest } = settings
  const { num_samples, temperature, cluster_weight, seed, ...rollout } = rest
  return {
    model,
    data: { train: dataset, prompt_template, max_prompt_length },
    verifier,
    rollout,
    curriculum: { order: 'semantic_entropy', num_samples, temperature, cluster_weight, seed },
  }
}

/** Samples of one prompt that gave the same answer. */
export interface AnswerCluster {
  /** The first such answer; null for a response without one, which is a cluster of its own. */
  readonly answer: string | null
  readonly count: number
  readonly correct: boolean
}

/** What a pass finds out about a prompt. */
export interface PromptEntropy {
  /** Place among the prompts of the dataset that are within the length limit, from 0. */
  readonly position: number
  readonly promptId: string
  readonly prompt: string
  /** Entropy over the answers, nats: 0 (all agree) to the logarithm of the number of samples. */
  readonly entropy: number
  /** Share of the samples that the verifier accepts. */
  readonly accuracy: number
  /** Largest first. */
  readonly clusters: readonly AnswerCluster[]
}

export const passIdSchema = z.string().regex(/^se-[0-9a-f]{12}$/, 'A pass id is se- and twelve hexadecimal digits.')

export interface PassSummary {
  readonly id: string
  readonly settings: PassSettings
  /** Prompts of the dataset within the length limit; null until a process has read it. */
  readonly prompts: number | null
  readonly done: number
  readonly status: 'running' | 'stopped' | 'finished'
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number
  /** A sentence, when the last process that worked on it failed. */
  readonly message: string | null
}

/** One bar of the histogram over prompts. */
export interface EntropyBin {
  /** The bar covers entropies from this on, up to the next bar's, nats. */
  readonly from: number
  readonly prompts: number
  /** Mean accuracy of these prompts; null where there are none. */
  readonly accuracy: number | null
}

export interface StageSummary {
  readonly prompts: number
  readonly lowest: number
  readonly highest: number
  readonly accuracy: number
}

export interface PassDetail {
  readonly summary: PassSummary
  readonly histogram: readonly EntropyBin[]
  /** Stages as a run with this many would train them. */
  readonly stages: readonly StageSummary[]
  /** Responses without an answer. */
  readonly unanswered: number
  /** Over the prompts that are done, entropy in nats; null while there are none. */
  readonly means: { readonly entropy: number; readonly accuracy: number } | null
}

/** Lowest entropy first; among equals the earlier prompt. The order in which a curriculum trains. */
export function byEntropy<Prompt extends Pick<PromptEntropy, 'entropy' | 'position'>>(
  prompts: readonly Prompt[],
): Prompt[] {
  return prompts.toSorted((a, b) => a.entropy - b.entropy || a.position - b.position)
}

/** Cuts a list into parts whose sizes differ by at most one, the larger first. */
export function equalParts<Item>(items: readonly Item[], parts: number): Item[][] {
  const size = Math.floor(items.length / parts)
  const larger = items.length % parts
  return Array.from({ length: parts }, (_, part) => {
    const start = part * size + Math.min(part, larger)
    return items.slice(start, start + size + (part < larger ? 1 : 0))
  })
}
