import { UserError } from '../../util/assert.ts'
import type { Classification } from '../classify.ts'
import type { PolicyTerm } from '../clip.ts'
import { type KlEstimatorName, klEstimators } from '../kl.ts'
import { tokenMetrics } from '../token-metrics.ts'
import type { MethodBatch, MethodOutcome, MetricPart, MiniBatchTotals, TokenColumn } from './method.ts'

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
  const metrics = tokenMetrics(batch, totals, { loss, classes, thresholds, clips, ratios })
  return {
    loss,
    dLogprobs,
    classes,
    clips,
    metrics: { ...metrics, ...terms.metrics },
    ...(entropy && { dEntropies: entropy.map((weight) => -weight) }),
    ...(kl.dReferenceKls && { dReferenceKls: kl.dReferenceKls }),
  }
}

interface ReferenceKl {
  readonly loss: number
  /** d(weighted KL)/dlp of a token. */
  readonly gradient: (token: number) => number
  /** d(weighted KL)/dKL where it is taken over the whole vocabulary. */
  readonly dReferenceKls?: Float64Array
}

const noKl: ReferenceKl = { loss: 0, gradient: () => 0 }

function referenceKl(batch: MethodBatch, term: SurrogateTerms['kl']): ReferenceKl {
  if (!term?.weights.some((weight) => weight > 0)) return noKl
  const { mask, policyLogprobs } = batch
  const weights = term.weights.map((weight, token) => (mask[token] === 1 ? weight : 0))
  const sum = (value: (token: number) => number): number =>
    weights.reduce((total, weight, token) => total + (weight === 0 ? 0 : weight * value(token)), 0)
  if (term.estimator === 'full') {
    const kls = required(batch.referenceKls, 'its full KL to the reference', 'ref_kl')
    return { ...noKl, loss: sum((token) => kls[token]!), dReferenceKls: weights }
  }
  const reference = required(batch.referenceLogprobs, 'reference log-probabilities', 'ref_log_prob')
  const estimate = klEstimators[term.estimator]
  const estimateAt = (token: number) => estimate(policyLogprobs[token]!, reference[token]!)
  return {
    loss: sum((token) => estimateAt(token).value),
    gradient: (token) => (weights[token] === 0 ? 0 : weights[token]! * estimateAt(token).gradient),
  }
}

function required(column: TokenColumn | undefined, what: string, field: string): TokenColumn {
  if (column) return column
  throw new UserError(
    `The method has a KL weight, so it needs ${what}, and the batch has none. ` +
      `Give them (${field} in a batch file), or set the KL weights to 0.`,
  )
}
