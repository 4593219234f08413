import { z } from 'zod'

/** Metrics of each step that a cell keeps. */
export const curveNames = [
  'entropy',
  'entropy/reasoning',
  'entropy/knowledge',
  'reward',
  'clip_ratio',
  'clip_ratio/reasoning',
  'clip_ratio/knowledge',
  'entropy_flow/lambda',
  'opefo/lambda',
  'kl',
  'grad_norm',
  'completions/mean_length',
  'completions/repetition',
] as const
export type CurveName = (typeof curveNames)[number]

const samplesSchema = z.object({
  /** Samples per problem. */
  n: z.int().min(1),
  /** Correct samples of each held-out problem, in the order of the file. */
  correct: z.array(z.int().min(0)),
  /** Held-out problems whose greedy response is correct. */
  greedy: z.int().min(0),
  /** Mean token entropy, nats; of the fifth of each response's tokens with the highest entropy, and of the rest. */
  entropy: z.number(),
  entropyHigh: z.number(),
  entropyLow: z.number(),
  /** Share of word windows that occur before in the same response. */
  repetition: z.number(),
  meanLength: z.number(),
  truncated: z.number(),
})
/** What a policy does on the held-out problems. */
export type HeldOutSamples = z.infer<typeof samplesSchema>

/** Everything the report needs of one run. */
export const cellSchema = z.object({
  variant: z.string(),
  seed: z.int(),
  /** One entry a step; null where a step did not record it. */
  curves: z.partialRecord(z.enum(curveNames), z.array(z.number().nullable())),
  heldOut: samplesSchema,
})
export type Cell = z.infer<typeof cellSchema>

export const studyResultsSchema = z.object({
  /** Of the settings all cells share, in words. */
  setting: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The policy that every run starts from. */
  start: samplesSchema,
  cells: z.array(cellSchema),
})
export type StudyResults = z.infer<typeof studyResultsSchema>
