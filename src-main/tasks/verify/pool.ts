import type { VerifierConfig } from '../../../src-preload/contract/verifier.ts'
import { verifierOf } from './map.ts'
import type { Verdict, VerifyItem } from './verdict.ts'
import { startWeightedPool } from './weighted.ts'
import { startWorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

/** What checks responses for a run: somewhere beside the caller's thread, many at a time. */
export interface VerifyPool {
  /** Verdicts in the order of the items. */
  verify(items: readonly VerifyItem[]): Promise<Verdict[]>
  dispose(): Promise<void>
}

/** Starts what the verifier needs to check responses; `dispose` ends it. Throws UserError for options that make none. */
export function startVerifyPool(config: VerifierConfig, options: WorkerPoolOptions = {}): VerifyPool {
  if (config.kind === 'weighted') return startWeightedPool(config, (part) => startVerifyPool(part, options))
  verifierOf(config)
  return startWorkerPool(config, options)
}
