/** Pieces from which the methods put their terms together. */
import type { Classification } from '../classify.ts'
import { archerPaperRule, classifyTokens } from '../classify.ts'
import { type ClipBounds, clippedLoss, type PolicyTerm } from '../clip.ts'
import type { KlEstimatorName } from '../kl.ts'
import { logRatios } from '../ratios.ts'
import type { MethodBatch } from './method.ts'
import type { SurrogateTerms } from './surrogate.ts'

/** Clipped policy terms on ratios of tokens or of whole responses; the bounds may differ from token to token. */
export function clippedTerms(
  batch: MethodBatch,
  bounds: (token: number) => ClipBounds,
  level: 'token' | 'sequence' = 'token',
): SurrogateTerms['policy'] {
  const ratios = logRatios(batch, level)
  return (token, row): PolicyTerm => clippedLoss(ratios[token]!, batch.advantages[row]!, bounds(token))
}

/** The KL term of one weight for all tokens; nothing for a weight of 0. */
export function uniformKl(
  { beta, kl_estimator }: { readonly beta: number; readonly kl_estimator: KlEstimatorName },
  weights: Float64Array,
): Pick<SurrogateTerms, 'kl'> {
  return beta === 0 ? {} : { kl: { estimator: kl_estimator, weights: weights.map((weight) => weight * beta) } }
}

/** Classes for methods that treat all tokens alike: reported by Archer's rule, without effect on the loss. */
export const reportedClasses = (batch: MethodBatch): Classification => classifyTokens(batch, archerPaperRule)
