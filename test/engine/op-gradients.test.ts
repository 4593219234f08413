import { describe, expect, test } from 'vitest'
import { topologicalOrder, type Value } from '../../src-main/engine/graph.ts'
import { ops } from '../../src-main/engine/ops.ts'
import { expectClose } from '../helpers/close.ts'
import { centralDifferences } from '../helpers/reference/differences.ts'
import { evaluate } from '../helpers/reference/evaluate.ts'
import { caseOf, expectedOutputs, floatingOutputs } from './conformance/case.ts'
import { flatten } from './conformance/entry.ts'
import { table } from './conformance/table.ts'

const named = new Set(table.map(({ op }) => op))
const opsOf = (values: readonly (Value | undefined)[]) =>
  topologicalOrder(values.filter((value) => value !== undefined)).map(({ op }) => op.name)

describe('the table of ops', () => {
  test('every entry names an op that its graph holds', () => {
    for (const entry of table) {
      expect(new Set(opsOf(caseOf(entry).outputs)), `${entry.op}: ${entry.title}`).toContain(entry.op)
    }
  })

  test('every op has an entry, or is the gradient composite of one that has', () => {
    const inGradients = new Set(table.flatMap((entry) => opsOf(Object.values(caseOf(entry).gradients))))
    const covered = [...ops.keys()].filter((name) => named.has(name) || (/Grad$/.test(name) && inGradients.has(name)))
    expect([...ops.keys()].filter((name) => !covered.includes(name))).toEqual([])
    expect([...named].filter((name) => !ops.has(name))).toEqual([])
  })

  test('every op with a gradient has an entry that differentiates it', () => {
    const differentiated = table.filter((entry) => Object.values(caseOf(entry).gradients).some(Boolean))
    const names = new Set(differentiated.map(({ op }) => op))
    const missing = [...ops.values()].filter(({ name, gradient }) => gradient && !names.has(name))
    // Types other than float32 carry no gradient, so nothing passes a cast.
    expect(missing.map(({ name }) => name)).toEqual(['cast'])
  })
})

/** The graph alone, without an executor: a wrong rule shows here, a wrong lowering only in the conformance suite. */
describe('in float64', () => {
  test.each(table.map((entry) => [entry.op, entry.title, entry] as const))('%s: %s', (_op, _title, entry) => {
    const subject = caseOf(entry)
    const expected = expectedOutputs(subject)
    evaluate(subject.outputs, subject.feeds).forEach(({ data }, index) => {
      expectClose(`output ${index}`, data, expected[index]!, 1e-6)
    })
    for (const [name, gradient] of Object.entries(subject.gradients)) {
      if (!gradient) continue
      const golden = subject.goldenGradients?.[name]
      const differences =
        golden !== undefined
          ? flatten(golden)
          : centralDifferences(floatingOutputs(subject), subject.cotangents, subject.feeds, name)
      expectClose(
        `gradient of ${name}`,
        evaluate([gradient, ...subject.outputs], subject.feeds)[0]!.data,
        differences,
        1e-6,
      )
    }
  })
})
