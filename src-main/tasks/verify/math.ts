import type { VerifierOptions } from '../../../src-preload/contract/verifier.ts'
import { gradeArcher } from './math/archer.ts'
import { gradeDapo } from './math/dapo.ts'
import { grade } from './math/grade.ts'
import type { Verdict, Verifier, VerifyItem } from './verdict.ts'

type Mode = VerifierOptions<'math'>['mode']

const modes: Readonly<Record<Mode, (item: VerifyItem, lastNumber: boolean) => Verdict>> = {
  default: (item, lastNumber) => grade(item, { strictForm: false, lastNumber }),
  strict_form: (item, lastNumber) => grade(item, { strictForm: true, lastNumber }),
  archer: (item) => gradeArcher(item, false),
  archer_with_fallback: (item) => gradeArcher(item, true),
  dapo: (item) => gradeDapo(item, false),
  dapo_boxed: (item) => gradeDapo(item, true),
}

/** Mathematical answers: LaTeX read into typed values and compared exactly, or as a published grader compares them. */
export const math =
  ({ mode, last_number }: VerifierOptions<'math'>): Verifier =>
  (item) =>
    modes[mode](item, last_number)
