import { UserError } from '../util/assert.ts'
import { permutation } from '../util/rng.ts'
import type { OptimizerOptions, Policy } from './policy.ts'
import { microBatches, type TokenRow, toTokenRows } from './rows.ts'

export interface SupervisedOptions {
  readonly seed: number
  /** Optimizer updates. */
  readonly steps: number
  /** Examples per update. */
  readonly batchSize: number
  /** Most tokens, padding included, in one forward and backward pass; memory and speed, never the result. */
  readonly microBatchTokens: number
  /** Peak rate of AdamW. */
  readonly learningRate: number
  /** Updates over which the rate rises linearly from zero. */
  readonly warmupSteps: number
  /** Course of the rate after the warm-up, down to `finalRateRatio` of the peak. */
  readonly schedule: 'cosine' | 'linear'
  readonly finalRateRatio: number
  readonly optimizer: Omit<OptimizerOptions, 'learningRate'>
}

export interface SupervisedStep {
  /** 1-based. */
  readonly step: number
  /** Mean negative log-probability per response token, in nats, before the update. */
  readonly loss: number
  readonly gradNorm: number
  readonly learningRate: number
  readonly tokens: number
}

/**
 * Supervised training: minimises the mean negative log-probability of the response tokens (prompts carry no loss; the
 * end-of-sequence token belongs to the response). Each epoch visits the examples in a fresh order that is a pure
 * function of (seed, epoch). Every update divides by its own number of response tokens, so micro-batches change nothing.
 * @throws UserError without examples.
 */
export async function trainSupervised(
  policy: Policy,
  examples: readonly TokenRow[],
  options: SupervisedOptions,
  onStep: (step: SupervisedStep) => void = () => {},
): Promise<void> {
  if (examples.length === 0) throw new UserError('Supervised training got no examples. Give it at least one.')
  const draw = exampleSource(examples, options.seed)
  for (let step = 1; step <= options.steps; step++) {
    const batch = draw(options.batchSize)
    const tokens = batch.reduce((sum, example) => sum + example.ids.length, 0)
    let loss = 0
    for (const micro of microBatches(batch, options.microBatchTokens)) {
      const { logprobs } = await policy.forward(toTokenRows(micro), 1)
      loss -= logprobs.reduce((sum, logprob) => sum + logprob, 0) / tokens
      await policy.backward(new Float32Array(logprobs.length).fill(-1 / tokens), undefined)
    }
    const learningRate = supervisedRate(options, step)
    const { gradNorm } = await policy.optimizerStep({ ...options.optimizer, learningRate })
    onStep({ step, loss, gradNorm, learningRate, tokens })
  }
}

/** Endless examples: one permutation after the other. */
function exampleSource(examples: readonly TokenRow[], seed: number): (count: number) => TokenRow[] {
  let epoch = 0
  let order = permutation(examples.length, seed, epoch)
  let next = 0
  return (count) =>
    Array.from({ length: count }, () => {
      if (next === order.length) {
        order = permutation(examples.length, seed, ++epoch)
        next = 0
      }
      return examples[order[next++]!]!
    })
}

/** Learning rate of a 1-based step: linear warm-up, then cosine or linear descent to `finalRateRatio` of the peak. */
export function supervisedRate(
  options: Pick<SupervisedOptions, 'learningRate' | 'warmupSteps' | 'steps' | 'schedule' | 'finalRateRatio'>,
  step: number,
): number {
  const { learningRate, warmupSteps, steps, schedule, finalRateRatio } = options
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps
  const done = (step - warmupSteps) / Math.max(1, steps - warmupSteps)
  const left = schedule === 'linear' ? 1 - done : (1 + Math.cos(Math.PI * done)) / 2
  return learningRate * (finalRateRatio + (1 - finalRateRatio) * left)
}
