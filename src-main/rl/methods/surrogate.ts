import { UserError } from '../../util/assert.ts'
import { type ClipBounds, clippedLoss } from '../clip.ts'
import { klEstimators } from '../kl.ts'
import { tokenMetrics } from '../token-metrics.ts'
import type { MethodBatch, MethodOutcome, MiniBatchTotals } from './method.ts'

/** The choices in which methods of the clipped kind differ. */
export interface SurrogateTerms {
  /** [N] Values of `tokenClass`. */
  readonly classes: Uint8Array
  /** Clip bounds of a class of token. */
  readonly bounds: (tokenClass: number) => ClipBounds
  /** KL weight of a class of token. */
  readonly beta: (tokenClass: number) => number
  /** [N] Weights with which the tokens' policy losses add up, and those of their KL. */
  readonly lossWeights: Float64Array
  readonly klWeights: Float64Array
}

/**
 * Loss Σ_t u_t · clipped(r_t, A) + Σ_t v_t · beta_t · k3_t over the tokens of the loss, with its gradient, classes, clips
 * and metrics. Advantages, classes and weights carry no gradient. Without a reference there is no KL.
 * Throws UserError when a KL weight is positive and the batch has no reference log-probabilities.
 */
export function clippedSurrogate(batch: MethodBatch, totals: MiniBatchTotals, terms: SurrogateTerms): MethodOutcome {
  const { mask, advantages, rowOffsets, policyLogprobs, oldLogprobs, referenceLogprobs } = batch
  const { classes } = terms
  const tokens = mask.length
  const dLogprobs = new Float64Array(tokens)
  const clips = new Uint8Array(tokens)
  const ratios = new Float64Array(tokens)
  const kls = referenceLogprobs && new Float64Array(tokens)
  let loss = 0
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    for (let token = rowOffsets[row]!; token < rowOffsets[row + 1]!; token++) {
      if (mask[token] !== 1) continue
      const logRatio = policyLogprobs[token]! - oldLogprobs[token]!
      const policy = clippedLoss(logRatio, advantages[row]!, terms.bounds(classes[token]!))
      const beta = terms.beta(classes[token]!)
      loss += terms.lossWeights[token]! * policy.loss
      dLogprobs[token] = terms.lossWeights[token]! * policy.gradient
      clips[token] = policy.clip
      ratios[token] = policy.ratio
      if (kls) {
        const kl = klEstimators.k3(policyLogprobs[token]!, referenceLogprobs[token]!)
        loss += terms.klWeights[token]! * beta * kl.value
        dLogprobs[token]! += terms.klWeights[token]! * beta * kl.gradient
        kls[token] = kl.value
      } else if (beta > 0) throw missingReference(beta)
    }
  }
  const metrics = tokenMetrics(batch, totals, { loss, classes, clips, ratios, kls })
  return { loss, dLogprobs, classes, clips, metrics }
}

function missingReference(beta: number): UserError {
  return new UserError(
    `The KL weight is ${beta}, so the method needs reference log-probabilities, and the batch has none. ` +
      'Give them (ref_log_prob in a batch file), or set the KL weights to 0.',
  )
}
