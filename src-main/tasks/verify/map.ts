import type { VerifierOptions } from '../../../src-preload/contract/verifier.ts'
import { choice } from './choice.ts'
import { exact } from './exact.ts'
import { format } from './format.ts'
import { math } from './math.ts'
import { numeric } from './numeric.ts'
import { regex } from './regex.ts'
import type { Verifier } from './verdict.ts'

/** Verifiers that are plain functions of response and answer: they run in worker threads. */
type PureKind = 'math' | 'numeric' | 'exact' | 'choice' | 'regex' | 'format'
export type PureVerifierConfig = VerifierOptions<PureKind>

/** Every pure verifier by the `kind` of its config. */
const verifiers: { readonly [Kind in PureKind]: (config: VerifierOptions<Kind>) => Verifier } = {
  math,
  numeric: () => numeric,
  exact: () => exact,
  choice: () => choice,
  regex,
  format,
}

/** The verifier that a config describes. Throws UserError when its options make none. */
export const verifierOf = (config: PureVerifierConfig): Verifier =>
  (verifiers[config.kind] as (config: PureVerifierConfig) => Verifier)(config)
