/**
 * Dr. GRPO (arXiv 2503.20783): GRPO without the division by the group's deviation and by the response length.
 *
 *     loss = 1/(B C) Σ_i Σ_t max(−A_i r, −A_i clamp(r, 1 − epsilon, 1 + epsilon_high)),   A_i = R_i − mean of the group
 *
 * with C the longest allowed response. Differences from the paper: the constant is TRL's, rows × longest response (verl
 * leaves the rows out, a factor of B); a KL term and a dual clip can be added. The advantage follows the method unless
 * `reward.scale_rewards` says otherwise.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { type ClipOptions, grpo } from './grpo.ts'
import type { Method } from './method.ts'

const asGrpo = (options: Omit<MethodOptions<'dr_grpo'>, 'name'>): ClipOptions => ({
  ...options,
  loss_agg_mode: 'seq-mean-token-sum-norm',
})

export const drGrpo: Method<Omit<MethodOptions<'dr_grpo'>, 'name'>> = {
  scope: () => 'token',
  needsReference: ({ beta }) => beta > 0,
  rewardScale: 'none',
  apply: (options, ...rest) => grpo.apply(asGrpo(options), ...rest),
}
