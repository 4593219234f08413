/** The table held against an executor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CompiledProgram, Executor, Tensor } from '../../../src-main/engine/executor.ts'
import { program, type Value } from '../../../src-main/engine/graph.ts'
import { expectClose } from '../../helpers/close.ts'
import { centralDifferences } from '../../helpers/reference/differences.ts'
import { type Case, caseOf, expectedOutputs, floatingOutputs } from './case.ts'
import { type Entry, flatten, type MakeExecutor } from './entry.ts'
import { table } from './table.ts'

export interface Tolerance {
  /** Relative to the larger of 1 and the expected magnitude. */
  readonly forward: number
  readonly gradient: number
}

/** Outputs of an entry, and the gradient of each leaf that has one. */
export function programOf({ outputs, gradients }: Case): CompiledProgram['program'] {
  const named: Record<string, Value> = Object.fromEntries(outputs.map((value, index) => [`output${index}`, value]))
  for (const [name, value] of Object.entries(gradients)) if (value) named[`gradient of ${name}`] = value
  return program('conformance', named)
}

async function runOn(executor: Executor, subject: Case): Promise<Record<string, Tensor>> {
  for (const [name, { kind, shape, data }] of Object.entries(subject.entry.leaves)) {
    const dtype = subject.leaves[name]!.dtype
    if (kind === 'state') executor.createState(name, { shape, dtype, data: data.slice() })
  }
  const compiled = await executor.compile(programOf(subject))
  try {
    return await compiled.run(subject.feeds)
  } finally {
    await compiled.release()
  }
}

function differencesOf(subject: Case, name: string): ArrayLike<number> {
  const golden = subject.goldenGradients?.[name]
  return golden !== undefined
    ? flatten(golden)
    : centralDifferences(floatingOutputs(subject), subject.cotangents, subject.feeds, name)
}

/** Runs every entry on the executor: forward, then the gradient of each differentiable leaf. */
export function conformance(
  name: string,
  make: MakeExecutor,
  tolerance: Tolerance,
  fits: (entry: Entry) => boolean,
): void {
  describe(`${name}: op conformance`, () => {
    let executor: Executor
    beforeAll(async () => {
      executor = await make()
    })
    afterAll(() => executor.dispose())

    test.each(table.filter(fits).map((entry) => [entry.op, entry.title, entry] as const))(
      '%s: %s',
      async (_op, _title, entry) => {
        const subject = caseOf(entry)
        const results = await runOn(executor, subject)
        const slack = entry.expected.slack ?? 1
        expectedOutputs(subject).forEach((expected, index) => {
          const { data } = results[`output${index}`]!
          expectClose(`output ${index}`, data, expected, tolerance.forward * slack)
        })
        for (const [leaf, gradient] of Object.entries(subject.gradients)) {
          const got = results[`gradient of ${leaf}`]
          expect(got?.shape, `gradient of ${leaf}`).toEqual(gradient && entry.leaves[leaf]!.shape)
          if (got)
            expectClose(`gradient of ${leaf}`, got.data, differencesOf(subject, leaf), tolerance.gradient * slack)
        }
      },
    )
  })
}
