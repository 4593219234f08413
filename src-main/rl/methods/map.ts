import type { MethodConfig, MethodName, MethodOptions } from '../../../src-preload/contract/method.ts'
import { archer } from './archer.ts'
import { dapo } from './dapo.ts'
import { grpo } from './grpo.ts'
import type { Method, MethodBatch, MethodOutcome, MethodScope, MiniBatchTotals } from './method.ts'

/** Every method by name: a new one is a file, a line here, and its schema in the contract. */
const methods: { readonly [Name in MethodName]: Method<MethodOptions<Name>> } = { archer, grpo, dapo }

/** A method with its options: all a trainer knows of it. */
export interface BoundMethod {
  readonly name: MethodName
  readonly scope: MethodScope
  readonly needsReference: boolean
  apply(batch: MethodBatch, totals: MiniBatchTotals): MethodOutcome
}

export function bindMethod(config: MethodConfig): BoundMethod {
  const method = methods[config.name] as Method<MethodConfig>
  return {
    name: config.name,
    scope: method.scope(config),
    needsReference: method.needsReference(config),
    apply: (batch, totals) => method.apply(config, batch, totals),
  }
}
