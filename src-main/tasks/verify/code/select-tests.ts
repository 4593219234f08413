import { permutation } from '../../../util/rng.ts'
import type { CodeProblem } from './problem.ts'

/**
 * The problem with at most `most` of its tests: those shown to the solver, the one with the largest input, the rest drawn
 * with the seed; in their own order. The same for every response of a run.
 */
export function selectTests(problem: CodeProblem, most: number | null, seed: number): CodeProblem {
  if (problem.kind === 'asserts' || most === null || problem.tests.length <= most) return problem
  const { tests } = problem
  const shown = tests.flatMap((test, index) => (test.shown ? [index] : []))
  const largest = tests.reduce((best, test, index) => (test.input.length > tests[best]!.input.length ? index : best), 0)
  const kept = new Set(
    [largest, ...shown, ...permutation(tests.length, seed, 0)].filter((index) => index < tests.length),
  )
  const chosen = new Set([...kept].slice(0, most))
  const selected = tests.filter((_, index) => chosen.has(index))
  return { ...problem, tests: selected } as CodeProblem
}
