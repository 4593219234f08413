/** Classes of a token, as `MethodOutcome.classes` holds them. */
export const tokenClass = {
  /** Padding, or left out of the loss. */
  masked: 0,
  /** Low entropy. */
  knowledge: 1,
  /** High entropy. */
  reasoning: 2,
} as const

/** Bits of `MethodOutcome.clips`. */
export const clipFlag = {
  /** Negative advantage, ratio under the lower bound. */
  low: 1,
  /** Positive advantage, ratio over the upper bound. */
  high: 2,
  /** Negative advantage, ratio over the dual clip. */
  dual: 4,
  /** Picked by its covariance. */
  covariance: 8,
} as const

/** One number per response token, rows one after another. */
export type TokenColumn = Float32Array | Float64Array

/** Second-order statistics of the next-token distribution p with entropy H, [N] each. */
export interface TokenMoments {
  /** Σ p² (log p + H) over the vocabulary. */
  readonly squares: TokenColumn
  /** Σ p³ (log p + H) over the vocabulary. */
  readonly cubes: TokenColumn
}

/**
 * Rows of response tokens, flat: row b is the tokens [rowOffsets[b], rowOffsets[b + 1]). Packed rows and padded ones
 * are the same thing, because padding is masked. N tokens, B rows; logarithms are natural, entropies in nats.
 */
export interface MethodBatch {
  /** [B + 1] */
  readonly rowOffsets: Int32Array
  /** [B] Group (prompt) of each row. */
  readonly groups: Int32Array
  /** [B] Micro-batch of each row, where the batch is made of several. */
  readonly microBatches?: Int32Array
  /** [B] Advantage of every token of the row. */
  readonly advantages: Float64Array
  /** [N] 1 for tokens of the loss; 0 for padding and excluded tokens, whose numbers are never read. */
  readonly mask: Uint8Array
  /** [N] log-probability under the policy that sampled the rollouts. */
  readonly oldLogprobs: TokenColumn
  /** [N] log-probability under the policy in training. */
  readonly policyLogprobs: TokenColumn
  /** [N] log-probability under the frozen reference, where there is one. */
  readonly referenceLogprobs?: TokenColumn
  /** [N] Entropy of the policy that sampled the rollouts. */
  readonly rolloutEntropies: TokenColumn
  /** [N] Entropy of the policy in training. */
  readonly policyEntropies: TokenColumn
  /** [N] KL of the policy in training to the reference over the whole vocabulary, for methods that ask for it. */
  readonly referenceKls?: TokenColumn
  /** Of the policy that sampled the rollouts, for methods that ask for them. */
  readonly rolloutMoments?: TokenMoments
}

/** Denominators of the whole mini-batch, so that cutting it into micro-batches changes nothing. */
export interface MiniBatchTotals {
  /** Tokens of the loss. */
  readonly tokens: number
  /** Rows with at least one token of the loss. */
  readonly rows: number
  readonly maxCompletionLength: number
}

/** Numbers by name: what a method works out of a rollout batch for its updates, or keeps for the next batch. */
export type Facts = Readonly<Record<string, number>>

/** What an update knows beside its batch. */
export interface UpdateContext {
  /** What `plan` found in the rollout batch. */
  readonly facts: Facts
  /** Uniform in [0, 1) of a counter: a pure function of the run's seed, the step, the update and the counter. */
  readonly uniform: (counter: number) => number
}

/** A rollout batch before its updates; its policy columns are those of the policy that sampled it. */
export interface RolloutView {
  readonly batch: MethodBatch
  /** Rollout batches before this one, and in the whole run. */
  readonly step: number
  readonly steps: number
  /** What the method kept of the batch before; empty at the start. */
  readonly memory: Facts
}

export interface RolloutPlan {
  readonly facts: Facts
  /** Kept for the next batch and in checkpoints. */
  readonly memory?: Facts
  /** Named as in the contract's metric map. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Sentences for the run's events. */
  readonly notes?: readonly string[]
}

/**
 * A metric of a part of the data. Parts merge: sums and weights add up to a weighted mean, of extremes the furthest
 * stays, and values are gathered for a quantile of all.
 */
export type MetricPart =
  | { readonly sum: number; readonly weight: number }
  | { readonly max: number }
  | { readonly min: number }
  | { readonly values: Float64Array; readonly quantile: number }

/** What a method says of a batch; columns are [N] and 0 where the mask is 0. */
export interface MethodOutcome {
  /** The batch's share of the mini-batch's loss (minimised): shares add up. */
  readonly loss: number
  /** dLoss/dlp of the policy's log-probabilities. */
  readonly dLogprobs: Float64Array
  /** dLoss/dH of the policy's entropies; absent when zero everywhere. */
  readonly dEntropies?: Float64Array
  /** dLoss/dKL of the full-vocabulary KLs to the reference; absent when zero everywhere. */
  readonly dReferenceKls?: Float64Array
  /** Values of `tokenClass`. */
  readonly classes: Uint8Array
  /** Bits of `clipFlag`. */
  readonly clips: Uint8Array
  /** Named as in the contract's metric map; a metric over no token is absent. */
  readonly metrics: Readonly<Record<string, MetricPart>>
}

/**
 * How far a method looks to treat one token. With `microBatch` it sees the rows of one forward pass together; with
 * `miniBatch` the statistics of the whole mini-batch come first; with `rollout` what it needs of other mini-batches is in
 * its plan.
 */
export type MethodScope = 'token' | 'response' | 'microBatch' | 'miniBatch' | 'rollout'

/** A training method: a plain function from token statistics to token cotangents. */
export interface Method<Options> {
  scope(options: Options): MethodScope
  needsReference?(options: Options): boolean
  /** Whether the batch must hold `rolloutMoments`, which cost a forward pass. */
  needsMoments?(options: Options): boolean
  /** What rewards are divided by where the config leaves it to the method; the group's deviation when absent. */
  readonly rewardScale?: 'none'
  /** Called once per rollout batch, before its updates. */
  plan?(options: Options, view: RolloutView): RolloutPlan
  /** Throws UserError when the batch lacks reference log-probabilities that the options need. */
  apply(options: Options, batch: MethodBatch, totals: MiniBatchTotals, context: UpdateContext): MethodOutcome
}
