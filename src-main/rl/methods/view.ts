import type { MethodBatch } from './method.ts'

/** Mean entropy (nats) of the tokens of the loss under the policy that sampled them; 0 of none. */
export function meanEntropy({ mask, rolloutEntropies }: MethodBatch): number {
  let [sum, count] = [0, 0]
  for (let token = 0; token < mask.length; token++) {
    if (mask[token] !== 1) continue
    sum += rolloutEntropies[token]!
    count++
  }
  return count === 0 ? 0 : sum / count
}
