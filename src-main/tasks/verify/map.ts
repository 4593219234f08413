import type { VerifierConfig } from '../../../src-preload/contract/verifier.ts'
import { exact } from './exact.ts'
import { numeric } from './numeric.ts'
import type { Verifier } from './verdict.ts'

/** Verifiers that are plain functions of response and answer: they run in worker threads. */
export type PureVerifierConfig = Extract<VerifierConfig, { kind: 'numeric' | 'exact' }>

type VerifierMap = {
  readonly [Kind in PureVerifierConfig['kind']]: (config: Extract<PureVerifierConfig, { kind: Kind }>) => Verifier
}

/** Every pure verifier by the `kind` of its config. */
const verifiers: VerifierMap = {
  numeric: () => numeric,
  exact: () => exact,
}

/** The verifier that a config describes. */
export const verifierOf = <Config extends PureVerifierConfig>(config: Config): Verifier =>
  (verifiers[config.kind] as (config: Config) => Verifier)(config)
