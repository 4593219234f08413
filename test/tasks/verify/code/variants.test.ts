/**
 * Variants of every category of the reference set, made for this project (test/fixtures/verifiers/code_variants.jsonl):
 * idioms of honest programs, ways to cheat each grader, ways out of a sandbox, ways to use up a machine.
 */
import { expect, test } from 'vitest'
import { harmless, holdingBackends, misjudged, readCases, runCases } from './cases.ts'

const variants = readCases('test/fixtures/verifiers/code_variants.jsonl')
const backends = await holdingBackends()

test.each(backends)(
  '%s judges every variant as expected, and the hostile ones reach nothing',
  { timeout: 900_000 },
  async (backend) => {
    // WebAssembly is slower to start: every second hostile program, every ninth of the others.
    const cases =
      backend === 'bwrap'
        ? variants
        : variants.filter(({ optional, hostile }, index) => !optional && index % (hostile ? 2 : 9) === 0)
    const { verdicts, effects } = await runCases(cases, backend)
    expect(misjudged(cases, verdicts)).toEqual([])
    expect(effects).toEqual(harmless)
  },
)

test.each(backends)('%s takes megabytes in and gives megabytes out', async (backend) => {
  const count = 2_000_000
  const large = { format: 'lcb-stdin', expected: 'pass', why: 'size', limits: { time_s: 30, memory_mb: 1024 } }
  const tests = (input: string, output: string) => [{ input, output, testtype: 'stdin', metadata: {} }]
  const cases = [
    {
      ...large,
      id: 'in',
      problem_tests: tests('1 '.repeat(count), String(count)),
      solution: 'import sys\nprint(len(sys.stdin.buffer.read().split()))',
    },
    {
      ...large,
      id: 'out',
      problem_tests: tests('', '1111111111\n'.repeat(count / 10)),
      solution: `print("1111111111\\n" * ${count / 10})`,
    },
  ]
  const { verdicts } = await runCases(cases, backend)
  expect(misjudged(cases, verdicts)).toEqual([])
})
