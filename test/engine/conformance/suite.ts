/** Everything an executor must do, in one call per executor. */
import { cacheConformance } from './cache.ts'
import { computesWithNothing } from './case.ts'
import type { MakeExecutor } from './entry.ts'
import { equalityConformance } from './equality.ts'
import { optimizerConformance } from './optimizer.ts'
import { policyConformance } from './policy.ts'
import { conformance, type Tolerance } from './run.ts'
import { stateConformance } from './state.ts'

export interface Limits {
  /** False where the executor refuses tensors without elements: what computes with any is left out, the refusal tested. */
  readonly empty: boolean
  /** False where another device with the same lowering has shown them already, and this one only emulates a card. */
  readonly equalities?: boolean
}

/** Ops, programs and state, caches, optimizer, equalities, then a policy's statistics, training steps and generation. */
export function executorConformance(
  name: string,
  make: MakeExecutor,
  tolerance: Tolerance,
  { empty, equalities = true }: Limits = { empty: true },
): void {
  conformance(name, make, tolerance, (entry) => empty || !computesWithNothing(entry))
  stateConformance(name, make, empty)
  cacheConformance(name, make)
  optimizerConformance(name, make)
  if (equalities) equalityConformance(name, make, tolerance)
  policyConformance(name, make)
}
