import type { VerifierConfig } from '../../../src-preload/contract/verifier.ts'
import { startCodePool } from './code/code-pool.ts'
import { readCustom, startCustomPool } from './custom/custom-pool.ts'
import { verifierOf } from './map.ts'
import type { Verdict, VerifyItem } from './verdict.ts'
import { startWeightedPool } from './weighted.ts'
import { startWorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

/** What checks responses for a run: somewhere beside the caller's thread, many at a time. */
export interface VerifyPool {
  /** Verdicts in the order of the items. */
  verify(items: readonly VerifyItem[]): Promise<Verdict[]>
  /** Resolves when it can check, to a sentence on what it runs on where that matters; throws UserError when it cannot. */
  ready(): Promise<string | null>
  dispose(): Promise<void>
}

export interface VerifyPoolOptions extends WorkerPoolOptions {
  /** Draws the tests of a response where a code problem has more than are run. */
  readonly seed?: number
}

/** Starts what the verifier needs to check responses; `dispose` ends it. Throws UserError for options that make none. */
export function startVerifyPool(config: VerifierConfig, options: VerifyPoolOptions = {}): VerifyPool {
  if (config.kind === 'weighted') return startWeightedPool(config, (part) => startVerifyPool(part, options))
  if (config.kind === 'code') return startCodePool(config, options.seed ?? 0)
  if (config.kind === 'custom') return startCustomPool(config)
  verifierOf(config)
  return startWorkerPool(config, options)
}

/** Throws UserError for options that make no verifier: a file that cannot be read, a pattern that is none. */
export function requireVerifier(config: VerifierConfig): void {
  if (config.kind === 'weighted') for (const { verifier } of config.parts) requireVerifier(verifier)
  else if (config.kind === 'custom') readCustom(config.file)
  else if (config.kind !== 'code') verifierOf(config)
}
