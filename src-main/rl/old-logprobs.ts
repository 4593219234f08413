/**
 * Old log-probabilities: the sampling pass gave them, computed token by token over a cache. Training computes them
 * otherwise, and the two differ by rounding, or by more on devices of low precision; a scoring pass closes the gap.
 */
import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { Policy } from '../model/policy.ts'
import { microBatches, splitByRow, toTokenRows } from '../model/rows.ts'
import type { RunControl } from './control.ts'
import type { UpdateRow } from './method-batch.ts'

interface ScoringSources {
  readonly config: RunConfig
  readonly policy: Policy
  readonly control: RunControl
}

/** Sum of |rollout − training log-probability| over the tokens of rows. */
export function gapSum(rows: readonly UpdateRow[], logprobs: Float32Array): number {
  let offset = 0
  let sum = 0
  for (const { rollout } of rows)
    for (const logprob of rollout.rolloutLogprobs) sum += Math.abs(logprob - logprobs[offset++]!)
  return sum
}

/** Whether a mean gap asks for a scoring pass. */
export function gapForcesScoring({ update }: RunConfig, meanGap: number): boolean {
  return update.old_logprobs === 'auto' && meanGap > update.old_logprobs_threshold
}

/** Scores rows with the policy as it is and keeps the log-probabilities as the old ones. */
export async function scoreOldLogprobs({ config, policy, control }: ScoringSources, rows: readonly UpdateRow[]) {
  const micros = microBatches(rows, config.update.micro_batch_tokens)
  for (const [index, micro] of micros.entries()) {
    await control.proceed('update', index / micros.length)
    const { logprobs } = await policy.score(toTokenRows(micro), config.rollout.temperature, 'policy')
    const columns = splitByRow(logprobs, micro)
    micro.forEach(({ rollout }, row) => {
      rollout.oldLogprobs = columns[row]!
    })
  }
}
