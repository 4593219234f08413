/** Sampling outside of runs: what can be asked for, and what streams back. */
import { z } from 'zod'
import { deviceIds } from './device.ts'
import type { FinishReason } from './run.ts'
import { verifierSchema } from './verifier.ts'

/** `builtin:NAME`, a Hugging Face or PEFT folder, a run (its newest checkpoint) or `RUN@STEP`. */
const modelReference = z.string().trim().min(1, 'Name a model').max(4096)

const promptSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z.string().min(1, 'Write a prompt').max(1_000_000),
    /** Put as a user's message through the model's chat template. */
    chat: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('problem'),
    /** `builtin:NAME` or a file. */
    dataset: z.string().min(1),
    row: z.int().min(0),
    /** Text around a plain prompt; messages use the chat template. */
    template: z.string().default('{prompt}'),
  }),
])

/** Most models that are sampled side by side, and most responses of each. */
export const mostModels = 4
const mostResponses = 32

/** Likeliest tokens told at each position. */
export const toldAlternatives = 5

const sampleSchema = z.strictObject({
  kind: z.literal('sample'),
  models: z.array(modelReference).min(1, 'Choose a model').max(mostModels),
  prompt: promptSchema,
  /** What a verifier compares with; a problem brings its own. */
  answer: z.string().max(1_000_000).nullable().default(null),
  verifier: verifierSchema.nullable().default(null),
  n: z.int().min(1).max(mostResponses).default(2),
  temperature: z.number().gt(0).max(10).default(1),
  top_p: z.number().gt(0).max(1).default(1),
  top_k: z.int().min(0).default(0),
  max_tokens: z.int().min(1).max(65_536).default(256),
  /** The same seed draws every model's responses with the same uniforms. */
  seed: z.int().min(0).default(1),
  stop: z.array(z.string().min(1)).max(16).default([]),
  device: z.enum(deviceIds).default('cpu'),
})
export type SampleRequest = z.output<typeof sampleSchema>

/** What the sampler can be asked for. */
export const sampleRequestSchema = z.discriminatedUnion('kind', [
  sampleSchema,
  /** A stored response under another model, token by token as it stands. */
  z.strictObject({ kind: z.literal('score'), rolloutId: z.int().min(1), model: modelReference }),
  /** Three prompts of a config (an object or YAML text), sampled, verified and rewarded as its run would. */
  z.strictObject({ kind: z.literal('dry_run'), config: z.unknown() }),
])

/** One model at work. */
export interface SampleLane {
  /** As it was asked for. */
  readonly model: string
  readonly state: 'waiting' | 'loading' | 'running' | 'done' | 'stopped' | 'failed'
  /** Part of the weights that is loaded. */
  readonly loaded: number
  /** Names the model's tokenizer: equal where all ids stand for the same text. Null until it is loaded. */
  readonly tokenizer: string | null
  /** Why it failed, or what to know of it. */
  readonly message: string | null
}

interface SampleVerdict {
  readonly correct: boolean
  readonly extracted: string | null
  readonly reason: string
}

/** How a response ended. */
export interface SampleEnd {
  readonly finishReason: FinishReason | 'stopped'
  /** Null without a verifier or an answer, and for a response that was stopped. */
  readonly verdict: SampleVerdict | null
  readonly reward: number | null
  readonly rewardParts: Readonly<Record<string, number>>
  /** From the start of its generation. */
  readonly ms: number
}

/** What came to one response since the block before. */
export interface SampleDelta {
  readonly lane: number
  readonly row: number
  /** The prompt as the model reads it, and the answer; told once, first. */
  readonly problem?: { readonly prompt: string; readonly answer: string | null }
  /** New text, and its tokens as a packed trace (contract/trace.ts). */
  readonly text?: string
  readonly trace?: Uint8Array
  readonly end?: SampleEnd
}

/** One message of the sampler; at most one per 50 ms. */
export interface SampleBlock {
  /** All lanes, where one has changed. */
  readonly lanes: readonly SampleLane[] | null
  readonly rows: readonly SampleDelta[]
  /** Nothing follows. */
  readonly done: boolean
}

/** Blocks since a cursor, in order. */
export interface SampleRead {
  /** Where the next read goes on. */
  readonly cursor: number
  readonly blocks: readonly SampleBlock[]
  readonly done: boolean
}
