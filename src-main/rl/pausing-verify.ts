import type { VerifyPool } from '../tasks/verify/pool.ts'
import { SandboxBreakdown } from '../tasks/verify/sandbox/errors.ts'
import type { RunControl } from './control.ts'
import type { LoopSources } from './loop.ts'

/** Share of timeouts over which the machine is to be suspected rather than the solutions. */
const suspectShare = 0.02

/**
 * Verification for a run. When the sandbox breaks down, nothing is scored: the run pauses with the reason, and checks the
 * same responses again once it is resumed.
 */
export function pausingVerify(pool: Pick<VerifyPool, 'verify'>, control: RunControl): LoopSources['verify'] {
  return async (items) => {
    for (;;) {
      try {
        const verdicts = await pool.verify(items)
        const late = verdicts.filter(({ timedOut }) => timedOut).length
        if (late > suspectShare * items.length)
          control.note('verifier', `${late} of ${items.length} responses ran into the verifier's time limit.`)
        return verdicts
      } catch (error) {
        if (!(error instanceof SandboxBreakdown)) throw error
        control.pause('sandbox', `${error.message} Nothing was scored. Resume the run to check the responses again.`)
        await control.proceedOrStop('verify', 0)
      }
    }
  }
}
