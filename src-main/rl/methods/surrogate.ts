import { UserError } from '../../util/assert.ts'
import type { Classification } from '../classify.ts'
import type { PolicyTerm } from '../clip.ts'
import { type KlEstimatorName, klEstimators } from '../kl.ts'
import { tokenMetrics } from '../token-metrics.ts'
import type { MethodBatch, MethodOutcome, MetricPart, MiniBatchTotals } from './method.ts'

/** The choices in which methods differ; weights are [N] and carry coefficient and denominator. */
export interface SurrogateTerms {
  readonly classification: Classification
  /** Loss and dloss/dlp of a token of the loss. */
  readonly policy: (token: number, row: number) => PolicyTerm
  readonly lossWeights: Float64Array
  /** KL to the reference; absent when no token has a weight. */
  readonly kl?: { readonly estimator: KlEstimatorName; readonly weights: Float64Array }
  /** Weights of |lp − lp_old|. */
  readonly drift?: Float64Array
  /** Weights of the entropy, which lowers the loss. */
  readonly entropy?: Float64Array
  /** Metrics of the method itself. */
  readonly metrics?: Readonly<Record<string, MetricPart>>
}

/**
 * Loss Σ_t w_t policy(t) + k_t KL_t + d_t |lp − lp_old| − e_t H over the tokens of the loss, with its gradient, classes,
 * clips and metrics. Advantages, classes and weights carry no gradient.
 * Throws UserError when a KL weight is positive and the batch has no reference log-probabilities.
 */
export function surrogate(batch: MethodBatch, totals: MiniBatchTotals, terms: SurrogateTerms): MethodOutcome {
  const { mask, rowOffsets, policyLogprobs, oldLogprobs, policyEntropies } = batch
  const { lossWeights, drift, entropy } = terms
  const { classes, thresholds } = terms.classification
  const tokens = mask.length
  const dLogprobs = new Float64Array(tokens)
  const clips = new Uint8Array(tokens)
  const ratios = new Float64Array(tokens)
  const kl = referenceKl(batch, terms.kl)
  let loss = kl.loss
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    for (let token = rowOffsets[row]!; token < rowOffsets[row + 1]!; token++) {
      if (mask[token] !== 1) continue
      const policy = terms.policy(token, row)
      loss += lossWeights[token]! * policy.loss
      dLogprobs[token] = lossWeights[token]! * policy.gradient + kl.gradient(token)
      clips[token] = policy.clip
      ratios[token] = policy.ratio
      if (drift && drift[token] !== 0) {
        const distance = policyLogprobs[token]! - oldLogprobs[token]!
        loss += drift[token]! * Math.abs(distance)
        dLogprobs[token]! += drift[token]! * Math.sign(distance)
      }
      if (entropy) loss -= entropy[token]! * policyEntropies[token]!
    }
  }
  const metrics = tokenMetrics(batch, totals, { loss, classes, thresholds, clips, ratios, kls: kl.values })
  const dEntropies = entropy && { dEntropies: entropy.map((weight) => -weight) }
  return { loss, dLogprobs, classes, clips, metrics: { ...metrics, ...terms.metrics }, ...dEntropies }
}

interface ReferenceKl {
  readonly loss: number
  /** d(weighted KL)/dlp of a token. */
  readonly gradient: (token: number) => number
  /** [N] Estimates; k3 where the method has no KL term. Absent without a reference. */
  readonly values: Float64Array | undefined
}

function referenceKl(
  { mask, policyLogprobs, referenceLogprobs }: MethodBatch,
  term: SurrogateTerms['kl'],
): ReferenceKl {
  if (!referenceLogprobs) {
    const needed = term?.weights.find((weight) => weight > 0)
    if (needed !== undefined) throw missingReference()
    return { loss: 0, gradient: () => 0, values: undefined }
  }
  const estimate = klEstimators[term?.estimator ?? 'k3']
  const values = new Float64Array(mask.length)
  const gradients = new Float64Array(mask.length)
  let loss = 0
  for (let token = 0; token < mask.length; token++) {
    if (mask[token] !== 1) continue
    const { value, gradient } = estimate(policyLogprobs[token]!, referenceLogprobs[token]!)
    const weight = term?.weights[token] ?? 0
    loss += weight * value
    values[token] = value
    gradients[token] = weight * gradient
  }
  return { loss, gradient: (token) => gradients[token]!, values }
}

function missingReference(): UserError {
  return new UserError(
    'The method has a KL weight, so it needs reference log-probabilities, and the batch has none. ' +
      'Give them (ref_log_prob in a batch file), or set the KL weights to 0.',
  )
}
