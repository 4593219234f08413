import type { VerifierConfig } from '../../../src-preload/contract/config.ts'
import { exact } from './exact.ts'
import { numeric } from './numeric.ts'
import type { Verifier } from './verdict.ts'

/** Every verifier by the `kind` of its config. */
export const verifiers: { readonly [Kind in VerifierConfig['kind']]: Verifier } = { numeric, exact }
