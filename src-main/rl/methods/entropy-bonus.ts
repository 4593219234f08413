/**
 * Entropy bonus (verl entropy_coeff; TRL entropy_coef, use_adaptive_entropy).
 *
 *     loss = clipped loss of GRPO − coef · mean of H,   H with its gradient, aggregated as the policy loss is
 *
 * Adaptive: once per rollout batch coef rises by delta while the batch's mean entropy is at most the target and falls by
 * delta otherwise, within [min, max]; the bonus acts only while entropy is at most the target.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { clippedTerms, reportedClasses, uniformKl } from './clip-term.ts'
import type { Facts, Method } from './method.ts'
import { surrogate } from './surrogate.ts'
import { meanEntropy } from './view.ts'

type Options = MethodOptions<'entropy_bonus'>

export const entropyBonus: Method<Options> = {
  scope: () => 'token',
  needsReference: ({ beta }) => beta > 0,
  plan(options, { batch, memory }) {
    const coefficient = nextCoefficient(options, memory, meanEntropy(batch))
    const acting = !options.use_adaptive_entropy || meanEntropy(batch) <= options.entropy_target ? coefficient : 0
    return { facts: { coefficient: acting }, memory: { coefficient }, metrics: { 'entropy_bonus/coefficient': acting } }
  },
  apply(options, batch, totals, { facts }) {
    const bounds = { low: options.epsilon, high: options.epsilon_high, dual: options.clip_ratio_c }
    const lossWeights = aggregationWeights(options.loss_agg_mode, batch, totals)
    const coefficient = facts.coefficient ?? options.entropy_coef
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: clippedTerms(batch, () => bounds),
      lossWeights,
      ...uniformKl(options, lossWeights),
      ...(coefficient === 0 ? {} : { entropy: lossWeights.map((weight) => weight * coefficient) }),
    })
  },
}

/** The weight for a rollout batch of a mean entropy (nats), from the weight of the batch before. */
export function nextCoefficient(options: Options, memory: Facts, entropy: number): number {
  const previous = memory.coefficient ?? options.entropy_coef
  if (!options.use_adaptive_entropy) return previous
  const { entropy_coef_delta: delta, entropy_coef_min, entropy_coef_max } = options
  const moved = previous + (entropy <= options.entropy_target ? delta : -delta)
  return Math.min(Math.max(moved, entropy_coef_min), entropy_coef_max)
}
