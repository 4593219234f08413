/**
 * Entropy flow: how much a token's own policy-gradient step moves the entropy of its position, to first order and per
 * unit of learning rate, under the policy π that sampled it (OPEFO, arXiv 2605.11491, Eq. 6; FlexEC, arXiv 2602.09782,
 * Eq. 5). With lp the token's log-probability, p the whole distribution and H its entropy:
 *
 *     sampled          −A (1 − π)² (lp + H)
 *     exact            −A [ π (lp + H) − Σ p² (log p + H) ]
 *     full-vocabulary  −A Σ p (1 − p)² (log p + H)  =  −A [ Σ p³ (log p + H) − 2 Σ p² (log p + H) ]
 *
 * The first is Eq. 6 read at the sampled token, the last its expectation, whose sign is always the advantage's.
 */
import type { MethodOptions } from '../../src-preload/contract/method.ts'
import { UserError } from '../util/assert.ts'
import type { MethodBatch } from './methods/method.ts'

export type FlowForm = MethodOptions<'opefo'>['form']

/** Flows [N]; 0 where the mask is 0. Throws UserError when the form needs `rolloutMoments` and the batch has none. */
export function entropyFlows(batch: MethodBatch, form: FlowForm): Float64Array {
  const { mask, rowOffsets, advantages, oldLogprobs, rolloutEntropies, rolloutMoments } = batch
  if (form !== 'sampled' && !rolloutMoments)
    throw new UserError(
      `The ${form} entropy flow needs second-order token statistics, and the batch has none. ` +
        'Give them (rollout_squares, rollout_cubes in a batch file), or use the sampled form.',
    )
  const flows = new Float64Array(mask.length)
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    for (let token = rowOffsets[row]!; token < rowOffsets[row + 1]!; token++) {
      if (mask[token] !== 1) continue
      const logprob = oldLogprobs[token]!
      const surprise = logprob + rolloutEntropies[token]!
      if (form === 'sampled') flows[token] = -advantages[row]! * Math.expm1(logprob) ** 2 * surprise
      else {
        const squares = rolloutMoments!.squares[token]!
        const drive =
          form === 'exact' ? Math.exp(logprob) * surprise - squares : rolloutMoments!.cubes[token]! - 2 * squares
        flows[token] = -advantages[row]! * drive
      }
    }
  }
  return flows
}

export interface FlowBalance {
  /** Sum of the flows above 0, and of the sizes of those below. */
  readonly positive: number
  readonly negative: number
  readonly positiveTokens: number
  readonly negativeTokens: number
  /** (negative − positive) / (negative + positive), in [−1, 1]; 0 where there is no flow. */
  readonly lambda: number
}

export function flowBalance(flows: Float64Array): FlowBalance {
  let [positive, negative, positiveTokens, negativeTokens] = [0, 0, 0, 0]
  for (const flow of flows) {
    if (flow > 0) {
      positive += flow
      positiveTokens++
    } else if (flow < 0) {
      negative -= flow
      negativeTokens++
    }
  }
  const total = positive + negative
  const lambda = total === 0 ? 0 : (negative - positive) / total
  return { positive, negative, positiveTokens, negativeTokens, lambda }
}
