import { expect } from 'vitest'
import type { BoundMethod } from '../../src-main/rl/methods/map.ts'
import type { MethodBatch, MethodOutcome, MiniBatchTotals, UpdateContext } from '../../src-main/rl/methods/method.ts'
import { type MethodName, type MethodOptions, methodSchema } from '../../src-preload/contract/method.ts'

/** An update without a plan, with a fixed draw for every counter. */
export const plainContext: UpdateContext = { facts: {}, uniform: (counter) => ((counter + 1) * 0.618033988749895) % 1 }

/** Plans a rollout batch that consists of this one mini-batch, then applies. */
export function planAndApply(method: BoundMethod, batch: MethodBatch, totals: MiniBatchTotals): MethodOutcome {
  const sampled = { ...batch, policyLogprobs: batch.oldLogprobs, policyEntropies: batch.rolloutEntropies }
  const { facts } = method.plan({ batch: sampled, step: 0, steps: 10 })
  return method.apply(batch, totals, { ...plainContext, facts })
}

/** One response: columns over its tokens. */
export interface Row {
  readonly group?: number
  readonly advantage: number
  readonly old: readonly number[]
  readonly policy: readonly number[]
  readonly reference?: readonly number[]
  /** KL to the reference over the whole vocabulary. */
  readonly referenceKls?: readonly number[]
  readonly entropies: readonly number[]
  readonly policyEntropies?: readonly number[]
  readonly mask?: readonly number[]
  /** Σ p² (log p + H) and Σ p³ (log p + H) of the rollout policy. */
  readonly moments?: readonly (readonly [number, number])[]
}

/** A batch of rows in float64. */
export function toBatch(rows: readonly Row[]): MethodBatch {
  const column = (pick: (row: Row) => readonly number[]) => Float64Array.from(rows.flatMap(pick))
  const rowOffsets = new Int32Array(rows.length + 1)
  rows.forEach((row, index) => {
    rowOffsets[index + 1] = rowOffsets[index]! + row.old.length
  })
  return {
    rowOffsets,
    groups: Int32Array.from(rows, (row) => row.group ?? 0),
    advantages: Float64Array.from(rows, (row) => row.advantage),
    mask: Uint8Array.from(rows.flatMap((row) => row.mask ?? row.old.map(() => 1))),
    oldLogprobs: column((row) => row.old),
    policyLogprobs: column((row) => row.policy),
    rolloutEntropies: column((row) => row.entropies),
    policyEntropies: column((row) => row.policyEntropies ?? row.entropies),
    ...(rows.every((row) => row.moments)
      ? {
          rolloutMoments: {
            squares: column((row) => row.moments!.map(([square]) => square)),
            cubes: column((row) => row.moments!.map(([, cube]) => cube)),
          },
        }
      : {}),
    ...(rows.every((row) => row.referenceKls) ? { referenceKls: column((row) => row.referenceKls!) } : {}),
    ...(rows.every((row) => row.reference) ? { referenceLogprobs: column((row) => row.reference!) } : {}),
  }
}

/** Totals of a mini-batch that consists of these rows. */
export function totalsOf(rows: readonly Row[], maxCompletionLength?: number): MiniBatchTotals {
  const lengths = rows.map((row) => (row.mask ?? row.old.map(() => 1)).reduce((sum, bit) => sum + bit, 0))
  return {
    tokens: lengths.reduce((sum, length) => sum + length, 0),
    rows: lengths.filter((length) => length > 0).length,
    maxCompletionLength: maxCompletionLength ?? Math.max(1, ...rows.map((row) => row.old.length)),
  }
}

/** A method's options: defaults but for those given. */
export function optionsOf<Name extends MethodName>(
  name: Name,
  given: Partial<Omit<MethodOptions<Name>, 'name'>> = {},
): MethodOptions<Name> {
  return methodSchema.parse({ name, ...given }) as MethodOptions<Name>
}

export const logs = (probabilities: readonly number[]): number[] => probabilities.map(Math.log)

/** Asserts |actual − expected| ≤ tolerance, element by element. */
export function expectClose(
  actual: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
  tolerance = 1e-6,
): void {
  const [got, wanted] = [actual, expected].map((value) => (typeof value === 'number' ? [value] : Array.from(value)))
  expect(got!.length).toBe(wanted!.length)
  got!.forEach((value, index) => {
    const message = `element ${index}: ${value} against ${wanted![index]}`
    expect(Math.abs(value - wanted![index]!), message).toBeLessThanOrEqual(tolerance)
  })
}
