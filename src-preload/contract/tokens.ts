import { z } from 'zod'
import { runId } from './run.ts'

/** What a run's method took a token for, by the number that is stored. */
export const storedTokenClasses = ['masked', 'knowledge', 'reasoning'] as const

/** Entropy of the positions at which each token was sampled, over a step: one entry per token id and class that occurred. */
export interface TokenEntropies {
  readonly ids: Uint32Array
  /** Places in `storedTokenClasses`. */
  readonly classes: Uint8Array
  readonly occurrences: Uint32Array
  /** Sum of the entropies over the occurrences, nats. */
  readonly sums: Float32Array
  /** Text of each token; special tokens by their names. */
  readonly texts: readonly string[]
}

export const tokenTableInput = z.strictObject({
  id: runId,
  step: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Only this step; all steps of the run when absent.', unit: 'steps' }),
  class: z
    .enum(['all', 'reasoning', 'knowledge'])
    .default('all')
    .meta({ description: "Only tokens of this class of the run's method.", source: 'Archer' }),
  order: z
    .enum(['high', 'low'])
    .default('high')
    .meta({ description: 'Tokens of highest or of lowest mean entropy first.', source: '80/20, Archer: word clouds' }),
  minCount: z
    .int()
    .min(1)
    .default(10)
    .meta({ description: 'Tokens that occurred fewer times are left out; the papers use 100.', unit: 'occurrences' }),
  limit: z.int().min(1).max(10_000).default(100).meta({ description: 'Most tokens.', unit: 'tokens' }),
})
export type TokenTableInput = z.output<typeof tokenTableInput>

export interface TokenTable {
  readonly runId: string
  /** Steps the numbers come from. */
  readonly steps: number
  /** Sampled tokens in these steps, and different ones among them. */
  readonly tokens: number
  readonly distinct: number
  readonly rows: readonly {
    readonly id: number
    readonly text: string
    readonly occurrences: number
    /** Nats. */
    readonly meanEntropy: number
  }[]
}
