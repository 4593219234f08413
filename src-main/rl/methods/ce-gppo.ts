/**
 * CE-GPPO: bounded gradients outside the clip (arXiv 2509.20712, Eq. 9; Kwai-Klear/CE-GPPO).
 *
 *     A < 0, r < 1 − epsilon       −beta1 (1 − epsilon) r/sg[r] A        pushes entropy down
 *     A > 0, r > 1 + epsilon_high  −beta2 (1 + epsilon_high) r/sg[r] A   slows its fall
 *     otherwise                    −r A
 *
 * so that outside the clip dloss/dlp is −beta (1 ∓ epsilon) A instead of 0. With beta1 = beta2 = 0 the gradient is PPO's.
 * Token mean; dual clip 10 as in the scripts; the log-ratio is not held. One sentence of the paper swaps the roles of
 * beta1 and beta2: this follows its equations and the code.
 */
import type { MethodOptions } from '../../../src-preload/contract/method.ts'
import { aggregationWeights } from '../aggregate.ts'
import { unclipped } from '../clip.ts'
import { clippedTerms, reportedClasses } from './clip-term.ts'
import { clipFlag, type Method } from './method.ts'
import { surrogate } from './surrogate.ts'

export const ceGppo: Method<MethodOptions<'ce_gppo'>> = {
  scope: () => 'token',
  apply(options, batch, totals) {
    const { epsilon, epsilon_high, beta1, beta2, clip_ratio_c } = options
    const bounds = { ...unclipped, low: epsilon, high: epsilon_high, dual: clip_ratio_c }
    const clipped = clippedTerms(batch, () => bounds)
    return surrogate(batch, totals, {
      classification: reportedClasses(batch),
      policy: (token, row) => {
        const term = clipped(token, row)
        const kept =
          term.clip === clipFlag.low
            ? beta1 * (1 - epsilon)
            : term.clip === clipFlag.high
              ? beta2 * (1 + epsilon_high)
              : null
        if (kept === null) return term
        const slope = -kept * batch.advantages[row]!
        return { ...term, loss: slope, gradient: slope }
      },
      lossWeights: aggregationWeights(options.loss_agg_mode, batch, totals),
    })
  },
}
