import { describe, expect, test } from 'vitest'
import { partOp, topologicalOrder } from '../../src-main/engine/graph.ts'
import { ops } from '../../src-main/engine/ops.ts'
import { expectClose } from '../helpers/close.ts'
import { centralDifferences } from '../helpers/reference/differences.ts'
import { evaluate } from '../helpers/reference/evaluate.ts'
import { caseOf, expectedOutputs, floatingOutputs } from './conformance/case.ts'
import { flatten } from './conformance/entry.ts'
import { table } from './conformance/table.ts'

/** Ops that pass no gradient: leaves, counts, comparisons, choices, and the gradient composites themselves. */
const withoutGradient = [
  ...['input', 'state', 'constant', 'part', 'sign', 'compare', 'size', 'iota', 'argmax'],
  ...['attentionGrad', 'cachedAttention', 'rmsNormGrad', 'swigluGrad', 'tokenStatsGrad', 'adamw'],
]

describe('the table of ops', () => {
  test('every op has a conformance entry, and every entry names an op that its graph holds', () => {
    expect([...new Set(table.map(({ op }) => op))].sort()).toEqual([...ops.keys()].sort())
    for (const entry of table) {
      const inGraph = new Set(topologicalOrder(caseOf(entry).outputs).map(({ op }) => op.name))
      expect(inGraph, `${entry.op}: ${entry.title}`).toContain(entry.op)
    }
  })

  test('every op with a gradient has an entry that differentiates it', () => {
    const without = [...ops.values()].filter(({ gradient }) => !gradient).map(({ name }) => name)
    expect(without.sort()).toEqual([...withoutGradient].sort())
    const differentiated = table.filter((entry) => Object.values(caseOf(entry).gradients).some(Boolean))
    const names = new Set(differentiated.map(({ op }) => op))
    const missing = [...ops.keys()].filter((name) => !without.includes(name) && !names.has(name))
    // A cast never joins two float types here, so nothing passes it.
    expect(missing).toEqual(['cast'])
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

  test('a part routes its cotangent', () => {
    const entry = table.find(({ op }) => op === partOp.name)!
    expect(Object.keys(caseOf(entry).gradients)).toEqual(['x'])
  })
})
