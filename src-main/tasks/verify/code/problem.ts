/** How a program's output is compared; each is the rule of the grader it is named after. */
export type OutputRule = 'livecodebench' | 'apps' | 'archer'

export interface StdinTest {
  readonly input: string
  readonly output: string
  /** Shown to the solver; always among the tests run. */
  readonly shown: boolean
}

export interface FunctionalTest {
  /** JSON text: one argument a line, or an array of arguments. */
  readonly input: string
  /** JSON text of the result. */
  readonly output: string
  readonly shown: boolean
}

/** What a solution is checked against. Results never leave this process for the one that runs the solution. */
export type CodeProblem =
  | {
      readonly kind: 'stdin'
      readonly language: 'python' | 'javascript'
      readonly tests: readonly StdinTest[]
      readonly rule: OutputRule
    }
  | {
      readonly kind: 'functional'
      readonly name: string
      /** `lines`: one argument a line (LiveCodeBench); `arguments`: an array of them (APPS, TACO). */
      readonly style: 'lines' | 'arguments'
      readonly tests: readonly FunctionalTest[]
    }
  | { readonly kind: 'asserts'; readonly program: string }

/** Outcomes of a check. Only `pass` is rewarded. */
export const codeStatuses = ['pass', 'fail', 'timeout', 'error', 'memory', 'blocked'] as const
export type CodeStatus = (typeof codeStatuses)[number]

export interface CodeVerdict {
  readonly status: CodeStatus
  /** One clause that says why; nothing of the expected results. */
  readonly reason: string
  /** Tests run; the last one decided unless all passed. */
  readonly tests: number
  /** Wall time of the tests, the start of the sandbox left out. */
  readonly ms: number
}
