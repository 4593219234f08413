/** Everything an executor must do, in one call per executor. */
import { cacheConformance } from './cache.ts'
import type { MakeExecutor } from './entry.ts'
import { equalityConformance } from './equality.ts'
import { optimizerConformance } from './optimizer.ts'
import { policyConformance } from './policy.ts'
import { conformance, type Tolerance } from './run.ts'
import { stateConformance } from './state.ts'

/** Ops, programs and state, caches, optimizer, equalities, then a policy's statistics, training steps and generation. */
export function executorConformance(name: string, make: MakeExecutor, tolerance: Tolerance): void {
  conformance(name, make, tolerance)
  stateConformance(name, make)
  cacheConformance(name, make)
  optimizerConformance(name, make)
  equalityConformance(name, make)
  policyConformance(name, make)
}
