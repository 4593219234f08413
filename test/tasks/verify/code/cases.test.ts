/** Shown cases of the reference set (test/fixtures/verifiers/code_cases.jsonl), on every backend that holds here. */
import { expect, test } from 'vitest'
import { harmless, holdingBackends, misjudged, readCases, runCases } from './cases.ts'

const backends = await holdingBackends()
const shown = readCases('test/fixtures/verifiers/code_cases.jsonl')

test('a sandbox holds on this machine', () => {
  expect(backends).not.toEqual([])
})

test.each(backends)('%s judges the shown cases as expected, and the hostile ones reach nothing', async (backend) => {
  const cases = shown.filter(({ optional }) => backend === 'bwrap' || !optional)
  const { verdicts, effects } = await runCases(cases, backend)
  expect(misjudged(cases, verdicts)).toEqual([])
  expect(effects).toEqual(harmless)
})
