import type { MethodBatch } from './methods/method.ts'

/**
 * Log importance ratios [N] of the policy in training to the one that sampled: of each token, or of its whole response
 * (`sequence`: the mean over the response's tokens of the loss, GSPO, arXiv 2507.18071). 0 where the mask is 0.
 */
export function logRatios(batch: MethodBatch, level: 'token' | 'sequence'): Float64Array {
  const { mask, rowOffsets, policyLogprobs, oldLogprobs } = batch
  const ratios = new Float64Array(mask.length)
  for (let token = 0; token < ratios.length; token++)
    if (mask[token] === 1) ratios[token] = policyLogprobs[token]! - oldLogprobs[token]!
  if (level === 'token') return ratios
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    const [start, end] = [rowOffsets[row]!, rowOffsets[row + 1]!]
    let [sum, count] = [0, 0]
    for (let token = start; token < end; token++) {
      if (mask[token] !== 1) continue
      sum += ratios[token]!
      count++
    }
    for (let token = start; token < end; token++) if (mask[token] === 1) ratios[token] = sum / count
  }
  return ratios
}
