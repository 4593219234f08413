/** Ragged token rows without padding: row i holds `promptLengths[i] + responseLengths[i]` consecutive ids of `tokens`. */
export interface TokenRows {
  readonly tokens: Int32Array
  readonly promptLengths: Int32Array
  readonly responseLengths: Int32Array
}

/** Statistics of the response tokens of some rows, flat, in row order: length = sum of `responseLengths`. */
export interface TokenStatistics {
  /** log pi(token | prefix) at the given temperature, in nats. */
  readonly logprobs: Float32Array
  /** Entropy of the whole next-token distribution at the given temperature, in nats. */
  readonly entropies: Float32Array
  /** KL of the policy to the frozen reference over the whole vocabulary, in nats; where it was asked for. */
  readonly referenceKls?: Float32Array
}

/** Second-order statistics of the response tokens of some rows, flat, in row order; p the next-token distribution, H its entropy. */
export interface TokenMoments {
  /** Σ p² (log p + H), nats. */
  readonly squares: Float32Array
  /** Σ p³ (log p + H), nats. */
  readonly cubes: Float32Array
}

/** The likeliest next tokens at each of some response tokens, flat: `count` per token, the likeliest first. */
export interface TokenAlternatives {
  readonly count: number
  readonly ids: Int32Array
  /** Natural logs of their probabilities in the whole distribution at the given temperature. */
  readonly logprobs: Float32Array
}

export interface ScoredTokens extends TokenStatistics {
  /** Where they were asked for. */
  readonly alternatives?: TokenAlternatives
}

export interface SamplingOptions {
  readonly temperature: number
  /** 1 keeps the whole distribution. */
  readonly topP: number
  /** 0 keeps the whole distribution. */
  readonly topK: number
  /** Upper bound on response tokens, the end-of-sequence token included. */
  readonly maxTokens: number
  /** Generation of a row ends after any of these texts appears in it. */
  readonly stop: readonly string[]
}

export interface GenerateRequest extends SamplingOptions {
  /** Token ids, one array per row; a group of G responses is the same prompt G times in a row. */
  readonly prompts: readonly Int32Array[]
  /** Uniforms are a pure function of (seed, step, row id, position), so the batch's make-up cannot change a row's draw. */
  readonly seed: number
  readonly step: number
  /** Counter of each row; default 0, 1, 2, … */
  readonly rowIds?: Int32Array
  /** Greedy decoding: the most likely token, whatever the temperature. */
  readonly greedy?: boolean
  /** Rows that decode side by side; the others wait until rows finish. Default: 128. */
  readonly maxSequences?: number
  /** How many of the likeliest tokens each finished row tells beside its own; default: none. */
  readonly alternatives?: number
}

/** A response as it finishes. */
export interface GeneratedRow extends ScoredTokens {
  /** Of the request's prompt. */
  readonly index: number
  readonly tokens: Int32Array
  readonly finishReason: FinishReason
}

export type FinishReason = 'eos' | 'stop' | 'length'

export interface Generation extends TokenStatistics {
  readonly rows: TokenRows
  readonly finishReasons: readonly FinishReason[]
}

export interface OptimizerOptions {
  readonly learningRate: number
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
  /** Global-norm clip; Infinity turns it off. */
  readonly maxGradNorm: number
}

/**
 * A language model with trainable weights: what the RL loop, the supervised trainer and the evaluator talk to.
 * `forward` → `backward` pairs accumulate gradients; `optimizerStep` applies and clears them.
 * With a worker in between, every method is a message; typed arrays are transferred, never shared.
 */
export interface Policy {
  /** A response per prompt; `onRow` gets each as it finishes, long before the last. */
  generate(request: GenerateRequest, onRow?: (row: GeneratedRow) => void): Promise<Generation>
  /**
   * Statistics of given text under the current weights or the frozen reference, with so many alternatives; keeps nothing.
   * `referenceKl` asks for the KL over the whole vocabulary, which takes the reference through its layers once more.
   */
  score(
    rows: TokenRows,
    temperature: number,
    weights: 'policy' | 'reference',
    alternatives?: number,
    referenceKl?: boolean,
  ): Promise<ScoredTokens>
  /** Second-order statistics under the current weights; keeps nothing. */
  moments(rows: TokenRows, temperature: number): Promise<TokenMoments>
  /** Like `score` with the current weights, and keeps the residuals for one `backward`. */
  forward(rows: TokenRows, temperature: number, referenceKl?: boolean): Promise<TokenStatistics>
  /**
   * Adds the gradient of sum(dLogprobs · logprobs + dEntropies · entropies + dReferenceKls · referenceKls) of the last
   * `forward`'s rows; the last needs a `forward` that was asked for them.
   */
  backward(dLogprobs: Float32Array, dEntropies: Float32Array | undefined, dReferenceKls?: Float32Array): Promise<void>
  /** Clips by global norm, applies AdamW, clears the gradients. A non-finite norm skips the update. */
  optimizerStep(options: OptimizerOptions): Promise<{ gradNorm: number; skipped: boolean }>
  /** Freezes a copy of the current weights as the reference; with an adapter the base is the reference and none is made. */
  snapshotReference(): Promise<void>
  /** Writes a Hugging Face folder (config, weights, tokenizer files) or, with an adapter, a PEFT folder; float32. */
  save(folder: string): Promise<void>
  /** Writes and reads `optimizer.safetensors` (moments, step count) in a checkpoint folder. */
  saveOptimizer(folder: string): Promise<void>
  loadOptimizer(folder: string): Promise<void>
  /** Replaces the weights by those of a folder with the same config; the reference stays. */
  loadWeights(folder: string): Promise<void>
  dispose(): Promise<void>
}
