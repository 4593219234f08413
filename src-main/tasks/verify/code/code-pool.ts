import type { VerifierOptions } from '../../../../src-preload/contract/verifier.ts'
import type { VerifyPool } from '../pool.ts'
import { rejected, type Verdict, type VerifyItem } from '../verdict.ts'
import type { CodeLimits } from './backend.ts'
import { chooseBackend } from './choose-backend.ts'
import { CodeJudge } from './code-judge.ts'
import { extractCode } from './extract-code.ts'
import type { CodeProblem } from './problem.ts'
import { readProblem } from './records.ts'
import { selectTests } from './select-tests.ts'

/** Characters of a solution that a verdict repeats. */
const shownCharacters = 400
/** Problems kept parsed: those of a step and some more. */
const mostProblems = 512

/**
 * Judges responses with Python code by the tests in the problem's answer (records.ts) in the sandbox that holds here.
 * `verify` throws SandboxUnavailable when none does, SandboxBreakdown when it fails in between, UserError for a problem
 * whose tests cannot be read; none of these is a verdict.
 * @param seed draws the tests of a response where there are more than the option allows.
 */
export function startCodePool(config: VerifierOptions<'code'>, seed: number): VerifyPool {
  let opening: Promise<CodeJudge> | undefined
  const open = (): Promise<CodeJudge> => {
    opening ??= chooseBackend(config.backend).then((backend) => new CodeJudge(backend))
    return opening
  }
  const problems = new ProblemReader(config, seed)
  return {
    ready: async () => {
      const { backend } = await open()
      return `Code runs in ${backend.name} (${backend.description}); limits: ${limitsInWords(limitsOf(backend.limits, config))}.`
    },
    verify: async (items) => {
      const judge = await open()
      const limits = limitsOf(judge.backend.limits, config)
      const verdicts = items.map((item) => verdictOf(judge, problems.of(item), item.response, config, limits))
      // All come to an end before a failure is passed on, so that none runs on beside what follows.
      await Promise.allSettled(verdicts)
      return Promise.all(verdicts)
    },
    dispose: async () => {
      const judge = await opening?.catch(() => undefined)
      await judge?.backend.dispose()
    },
  }
}

function limitsOf(usual: CodeLimits, { time_s, memory_mb }: VerifierOptions<'code'>): CodeLimits {
  const testMs = time_s === null ? usual.testMs : time_s * 1000
  const memoryBytes = memory_mb === null ? usual.memoryBytes : memory_mb * (1 << 20)
  return { testMs, solutionMs: Math.max(usual.solutionMs, testMs), memoryBytes }
}

const limitsInWords = ({ testMs, solutionMs, memoryBytes }: CodeLimits): string =>
  `${testMs / 1000} s a test, ${solutionMs / 1000} s a solution, ${Math.round(memoryBytes / (1 << 20))} MiB`

async function verdictOf(
  judge: CodeJudge,
  problem: CodeProblem,
  response: string,
  { fence }: VerifierOptions<'code'>,
  limits: CodeLimits,
): Promise<Verdict> {
  const code = extractCode(response, fence)
  if (code === null) return rejected(null, 'the response has no closed block of code')
  const { status, reason, ms } = await judge.judge(problem, code, limits)
  const correct = status === 'pass'
  return {
    correct,
    score: Number(correct),
    extracted: code.slice(0, shownCharacters),
    reason: correct ? reason : `${status}: ${reason}`,
    ms,
    timedOut: status === 'timeout',
  }
}

/** Reads each problem's tests once for all its responses. */
class ProblemReader {
  readonly #config: VerifierOptions<'code'>
  readonly #seed: number
  readonly #known = new Map<string, CodeProblem>()

  constructor(config: VerifierOptions<'code'>, seed: number) {
    this.#config = config
    this.#seed = seed
  }

  of({ answer, allTests = false }: VerifyItem): CodeProblem {
    const key = `${allTests}${answer}`
    const known = this.#known.get(key)
    if (known) return known
    const { compare, tests } = this.#config
    const whole = readProblem(answer, compare === 'auto' ? undefined : compare)
    const problem = allTests ? whole : selectTests(whole, tests, this.#seed)
    this.#known.set(key, problem)
    if (this.#known.size > mostProblems) this.#known.delete(this.#known.keys().next().value!)
    return problem
  }
}
