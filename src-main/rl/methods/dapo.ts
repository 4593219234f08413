/**
 * DAPO: decoupled clip and dynamic sampling policy optimisation (arXiv 2503.14476, Eq. 8).
 *
 *     loss = 1/Σ_i |o_i| Σ_i Σ_t max(−A_i r, −A_i clamp(r, 1 − epsilon, 1 + epsilon_high)),  epsilon 0.2, epsilon_high 0.28
 *
 * The loss is GRPO's with clip-higher and the mean over all tokens of the mini-batch. The rest of the paper lives where
 * it acts: dynamic sampling is `rollout.group_filter: refill`, soft overlong punishment and overlong filtering are
 * `reward.overlong_buffer_length` and `reward.mask_truncated_completions`.
 * Differences from the paper: a KL term and a dual clip can be added (both off by default).
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { grpo } from './grpo.ts'
import type { Method } from './method.ts'

export const dapo: Method<Omit<MethodOptions<'dapo'>, 'name'>> = grpo
