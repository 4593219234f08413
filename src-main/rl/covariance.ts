import type { MethodBatch } from './methods/method.ts'

/**
 * Covariances [N] of log-probability and advantage (arXiv 2505.22617): (lp − mean lp) (A − mean A), the means over the
 * tokens that `counted` has 1 for (those of the loss when absent); 0 elsewhere. They carry no gradient.
 */
export function tokenCovariances(batch: MethodBatch, counted: Uint8Array = batch.mask): Float64Array {
  const { rowOffsets, policyLogprobs, advantages } = batch
  const covariances = new Float64Array(counted.length)
  let [logprobSum, advantageSum, count] = [0, 0, 0]
  const each = (visit: (token: number, advantage: number) => void): void => {
    for (let row = 0; row + 1 < rowOffsets.length; row++)
      for (let token = rowOffsets[row]!; token < rowOffsets[row + 1]!; token++)
        if (counted[token] === 1) visit(token, advantages[row]!)
  }
  each((token, advantage) => {
    logprobSum += policyLogprobs[token]!
    advantageSum += advantage
    count++
  })
  const [logprobMean, advantageMean] = [logprobSum / count, advantageSum / count]
  each((token, advantage) => {
    covariances[token] = (policyLogprobs[token]! - logprobMean) * (advantage - advantageMean)
  })
  return covariances
}

/** The tokens that `counted` has 1 for, by rising value; equal ones keep their order. */
export function ranked(values: ArrayLike<number>, counted: Uint8Array): number[] {
  const tokens: number[] = []
  for (let token = 0; token < counted.length; token++) if (counted[token] === 1) tokens.push(token)
  return tokens.sort((left, right) => values[left]! - values[right]!)
}

/** How many of `count` tokens a share picks: rounded down, but at least one where there is any. */
export function pickCount(count: number, share: number): number {
  return Math.min(count, Math.max(1, Math.floor(count * share)))
}
