/**
 * FlexEC: flexible entropy control by probability-dependent clipping (arXiv 2602.09782, from the authors' blog; slopes and
 * intercepts from secondary sources).
 *
 *     upper(p) = upper_slope p + upper_intercept (−0.25 p + 0.5),  lower(p) = −0.13 p + 0.3,  p the current probability
 *     loss     = token mean of max(−A r, −A clamp(r, 1 − eps_minus(p), 1 + eps_plus(p)))
 *
 * eps_plus and eps_minus mix these lines with the constant epsilon (0.2) along a schedule; see `flexecWidths`. A bound that
 * is linear in the current probability has a closed form in the old one, with the same clipped set and no gradient:
 *
 *     r_max = (1 + c_u) / (1 − s_u pi_old),   r_min = (1 − c_l) / (1 + s_l pi_old)   for widths s p + c
 *
 * Choices where the sources are silent: steps are rollout batches, the entropy of OD is the rollout's token mean, OD
 * starts by lowering entropy, and the jump of the lower width at the phase change is kept unless `ramp` spreads it.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { clippedTerms, reportedClasses } from './clip-term.ts'
import type { Facts, Method, MethodBatch, MetricPart } from './method.ts'
import { surrogate } from './surrogate.ts'
import { meanEntropy } from './view.ts'

type Options = MethodOptions<'flexec'>

export const flexec: Method<Options> = {
  scope: () => 'token',
  plan(options, { batch, step, steps, memory }) {
    if (options.schedule !== 'OD') {
      const { phaseLambda, ...shares } = scheduledShares(options, step / steps)
      return { facts: shares, metrics: { 'flexec/schedule_lambda': phaseLambda } }
    }
    const { raising, initialEntropy, low, high } = oscillation(options, meanEntropy(batch), step / steps, memory)
    return {
      facts: { upperShare: raising, lowerShare: 1 - raising },
      memory: { raising, initialEntropy },
      metrics: { 'flexec/od_state': raising, 'flexec/tau_low': low, 'flexec/tau_high': high },
    }
  },
  apply(options, batch, totals, { facts }) {
    const bounds = ratioBounds(options, facts, batch)
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: clippedTerms(batch, (token) => ({
        low: 1 - bounds.least[token]!,
        high: bounds.most[token]! - 1,
        dual: null,
      })),
      lossWeights: aggregationWeights(options.loss_agg_mode, batch, totals),
      metrics: totals.tokens > 0 ? boundMetrics(batch, bounds) : {},
    })
  },
}

/** Parts of the dynamic widths in the mixture with the constant one; both fully dynamic is never scheduled. */
interface Shares {
  readonly upperShare: number
  readonly lowerShare: number
}

/** ID and DID at the part `done` of the run, 0 to 1; lambda runs from 1 to 0 and on to −1. */
export function scheduledShares(options: Options, done: number): Shares & { readonly phaseLambda: number } {
  const { schedule, phase_split: split, ramp } = options
  const first = done <= split
  const lambda = first ? 1 - done / split : -(done - split) / (1 - split)
  if (first) return { phaseLambda: lambda, upperShare: schedule === 'ID' ? lambda : 1 - lambda, lowerShare: 0 }
  const rise = ramp ? Math.min(1, -lambda * 10) : 1
  return { phaseLambda: lambda, upperShare: schedule === 'ID' ? 0 : 1, lowerShare: (1 + lambda) * rise }
}

/** Widths at a current probability, for the shares of `plan`. */
export function flexecWidths(options: Options, { upperShare, lowerShare }: Shares, probability: number) {
  const mixed = (share: number, slope: number, intercept: number): number =>
    share * (slope * probability + intercept) + (1 - share) * options.epsilon
  return {
    upper: mixed(upperShare, options.upper_slope, options.upper_intercept),
    lower: mixed(lowerShare, options.lower_slope, options.lower_intercept),
  }
}

/** OD: raise entropy once it is at the floor, until it is over a line that falls from its start to the floor. */
export function oscillation(options: Options, entropy: number, done: number, memory: Facts) {
  const initialEntropy = memory.initialEntropy ?? entropy
  const low = options.entropy_floor * initialEntropy
  const high = low + (initialEntropy - low) * (1 - done)
  const raising = entropy <= low ? 1 : entropy > high ? 0 : (memory.raising ?? 0)
  return { raising, initialEntropy, low, high }
}

/** Bounds of the ratio [N] from the probabilities under the policy that sampled. */
export function ratioBounds(options: Options, facts: Facts, { mask, oldLogprobs }: MethodBatch) {
  const { upperShare = 0, lowerShare = 0 } = facts
  const line = (share: number, slope: number, intercept: number) => ({
    slope: share * slope,
    intercept: share * intercept + (1 - share) * options.epsilon,
  })
  const upper = line(upperShare, options.upper_slope, options.upper_intercept)
  const lower = line(lowerShare, options.lower_slope, options.lower_intercept)
  const old = Float64Array.from(mask, (bit, token) => (bit === 1 ? Math.exp(oldLogprobs[token]!) : 0))
  return {
    most: old.map((probability) => (1 + upper.intercept) / (1 - upper.slope * probability)),
    least: old.map((probability) => (1 - lower.intercept) / (1 + lower.slope * probability)),
  }
}

function boundMetrics(
  { mask }: MethodBatch,
  bounds: Record<'most' | 'least', Float64Array>,
): Record<string, MetricPart> {
  const weight = mask.reduce((sum, bit) => sum + bit, 0)
  const mean = (column: Float64Array) => ({
    sum: column.reduce((sum, bound, token) => sum + (mask[token] === 1 ? bound : 0), 0),
    weight,
  })
  return { 'flexec/ratio_min': mean(bounds.least), 'flexec/ratio_max': mean(bounds.most) }
}
