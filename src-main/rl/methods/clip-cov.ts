/**
 * Clip-Cov (arXiv 2505.22617; PRIME-RL/Entropy-Mechanism-of-RL, verl clip_cov).
 *
 *     Cov_t = (A_t − mean A)(lp_t − mean lp) over the tokens of the mini-batch
 *     loss  = token mean of max(−A r, −A clamp(r, 1 − epsilon, 1 + epsilon_high)), and 0 for the picked tokens
 *
 * Picked are max(1, ⌊ratio · N⌋) tokens, drawn evenly among those with lb < Cov < ub that the ratio clip leaves alone.
 * Difference from the code: means are taken over the mini-batch, not the micro-batch, and the draw is a pure function of
 * the run's seed, step and update.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { clippedLoss, unclipped } from '../clip.ts'
import { pickCount, ranked, tokenCovariances } from '../covariance.ts'
import { logRatios } from '../ratios.ts'
import { reportedClasses } from './clip-term.ts'
import { clipFlag, type Method, type MethodBatch, type MethodOutcome, type MiniBatchTotals } from './method.ts'
import { surrogate } from './surrogate.ts'

type Options = MethodOptions<'clip_cov'>

export const clipCov: Method<Options> = {
  scope: () => 'miniBatch',
  apply(options, batch, totals, { uniform }) {
    const candidates = clipCovCandidates(options, batch)
    let counter = 0
    const draws = Float64Array.from(candidates, (_, token) => (batch.mask[token] === 1 ? uniform(counter++) : 0))
    const most = pickCount(totals.tokens, options.clip_cov_ratio)
    return applyClipCov(options, batch, totals, ranked(draws, candidates).slice(0, most))
  },
}

/** [N] 1 for tokens that can be picked. */
export function clipCovCandidates(options: Options, batch: MethodBatch): Uint8Array {
  const covariances = tokenCovariances(batch)
  const clipped = clippedTokens(options, batch)
  return batch.mask.map((bit, token) => {
    const covariance = covariances[token]!
    const within = covariance > options.clip_cov_lb && covariance < options.clip_cov_ub
    return Number(bit === 1 && within && clipped(token).clip === 0)
  })
}

/** The loss with given tokens picked. */
export function applyClipCov(
  options: Options,
  batch: MethodBatch,
  totals: MiniBatchTotals,
  picked: readonly number[],
): MethodOutcome {
  const isPicked = new Set(picked)
  const clipped = clippedTokens(options, batch)
  return surrogate(batch, totals, {
    classification: reportedClasses(batch),
    policy: (token) => {
      const term = clipped(token)
      return isPicked.has(token) ? { ...term, loss: 0, gradient: 0, clip: clipFlag.covariance } : term
    },
    lossWeights: aggregationWeights(options.loss_agg_mode, batch, totals),
    metrics: totals.tokens > 0 ? { 'covariance/frac_picked': { sum: picked.length, weight: totals.tokens } } : {},
  })
}

function clippedTokens({ epsilon, epsilon_high }: Options, batch: MethodBatch) {
  const ratios = logRatios(batch, 'token')
  const bounds = { ...unclipped, low: epsilon, high: epsilon_high }
  const advantages = new Float64Array(batch.mask.length)
  for (let row = 0; row + 1 < batch.rowOffsets.length; row++)
    advantages.fill(batch.advantages[row]!, batch.rowOffsets[row], batch.rowOffsets[row + 1])
  return (token: number) => clippedLoss(ratios[token]!, advantages[token]!, bounds)
}
