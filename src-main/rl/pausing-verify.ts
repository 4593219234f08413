import type { VerifyPool } from '../tasks/verify/pool.ts'
import { SandboxBreakdown } from '../tasks/verify/sandbox/errors.ts'
import type { Verdict } from '../tasks/verify/verdict.ts'
import type { RunControl } from './control.ts'
import type { LoopSources } from './loop.ts'

/** Share of timeouts over which the machine is to be suspected rather than the solutions, and how many make a share. */
const suspectShare = 0.02
const countedResponses = 128

/**
 * Verification for a run. When the sandbox breaks down, nothing is scored: the run pauses with the reason, and checks the
 * same responses again once it is resumed.
 */
export function pausingVerify(pool: Pick<VerifyPool, 'verify'>, control: RunControl): LoopSources['verify'] {
  const counted = { responses: 0, late: 0 }
  const count = (verdicts: readonly Verdict[]): void => {
    counted.responses += verdicts.length
    counted.late += verdicts.filter(({ timedOut }) => timedOut).length
    if (counted.responses < countedResponses) return
    const { responses, late } = counted
    if (late > suspectShare * responses)
      control.note('verifier', `${late} of ${responses} responses ran into the verifier's time limit.`)
    Object.assign(counted, { responses: 0, late: 0 })
  }
  return async (items) => {
    for (;;) {
      try {
        const verdicts = await pool.verify(items)
        count(verdicts)
        return verdicts
      } catch (error) {
        if (!(error instanceof SandboxBreakdown)) throw error
        control.pause('sandbox', `${error.message} Nothing was scored. Resume the run to check the responses again.`)
        await control.proceedOrStop('verify', 0)
      }
    }
  }
}
