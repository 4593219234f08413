import { afterAll, describe, expect, test } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import type { Value } from '../../src-main/engine/graph.ts'
import { ops } from '../../src-main/engine/ops.ts'
import { compositeCases, gradientOps } from './cases/composites.ts'
import { indexedCases } from './cases/indexed.ts'
import { primitiveCases } from './cases/primitives.ts'
import { difference, evaluate, expandAll, gradientError, inputsOf, type OpCase } from './harness.ts'

const executors = { ort: createOrtExecutor({ threads: 2 }) }
const cases = [...primitiveCases, ...indexedCases, ...compositeCases]

afterAll(async () => {
  for (const executor of Object.values(executors)) await executor.dispose()
})

const resultsOf = (built: Value | readonly Value[]): readonly Value[] => ('op' in built ? [built] : built)
const title = ({ op, what }: OpCase): string => (what ? `${op}: ${what}` : op)

test('every op of the table has a case', () => {
  const covered = new Set([...cases.map(({ op }) => op), ...gradientOps, 'state', 'part'])
  expect([...ops.keys()].filter((name) => !covered.has(name))).toEqual([])
})

describe.each(Object.entries(executors))('%s', (_, executor) => {
  for (const entry of cases) {
    test(`${title(entry)} has its closed form`, async () => {
      const results = resultsOf(entry.build(...inputsOf(entry.operands)))
      const actual = await evaluate(executor, results, entry.operands)
      const expected = entry.expected(...entry.operands.map(({ data }) => data))
      for (const [index, { data }] of actual.entries()) {
        expect(difference(data, expected[index]!)).toBeLessThan(2e-6)
      }
    })

    if (!entry.constant) {
      test(`${title(entry)} has the gradient of central differences`, async () => {
        const inputs = inputsOf(entry.operands)
        const results = resultsOf(entry.build(...inputs))
        expect(await gradientError(executor, results, inputs, entry.operands)).toBeLessThan(2e-3)
      })
    }
  }

  for (const entry of compositeCases) {
    test(`${title(entry)} equals its expansion`, async () => {
      const results = resultsOf(entry.build(...inputsOf(entry.operands)))
      const whole = await evaluate(executor, results, entry.operands)
      const expanded = await evaluate(executor, expandAll(results), entry.operands)
      for (const [index, { data }] of whole.entries()) {
        expect(difference(data, expanded[index]!.data)).toBeLessThan(2e-6)
      }
    })
  }
})
