import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { CodeLimits } from './backend.ts'
import type { CodeVerdict } from './problem.ts'
import { type Answer, asAnswer } from './reply.ts'
import type { Frame, Session } from './session.ts'

/**
 * Checks a solution with an assert program in two sandboxes: one runs the program, the other serves its calls of the
 * solution. Passed is what returns the word that only the end of the program gives back.
 */
export async function judgeAsserts(
  open: () => Promise<Session>,
  program: string,
  code: string,
  limits: CodeLimits,
): Promise<CodeVerdict> {
  const sessions = await Promise.allSettled([open(), open()])
  const opened = sessions.flatMap((session) => (session.status === 'fulfilled' ? [session.value] : []))
  try {
    const failed = sessions.find((session) => session.status === 'rejected')
    if (failed) throw failed.reason
    return await new AssertRun(opened[0]!, opened[1]!, limits).verdict(program, code)
  } finally {
    await Promise.all(opened.map((session) => session.close()))
  }
}

class AssertRun {
  readonly #tests: Session
  readonly #solution: Session
  readonly #limits: CodeLimits
  readonly #started = performance.now()
  #calls = 0

  constructor(tests: Session, solution: Session, limits: CodeLimits) {
    this.#tests = tests
    this.#solution = solution
    this.#limits = limits
  }

  async verdict(program: string, code: string): Promise<CodeVerdict> {
    const stopped = (await this.#prepare(program, code)) ?? (await this.#run())
    const { status, reason } = stopped
    const ms = performance.now() - this.#started
    if (status === 'ok') return { status: 'pass', reason: 'the assertions hold', tests: this.#calls, ms }
    return { status, reason, tests: this.#calls, ms }
  }

  async #prepare(program: string, code: string): Promise<Answer | null> {
    this.#solution.send({ do: 'load', mode: 'function' }, code)
    const loaded = asAnswer(await this.#solution.next(this.#testMs()))
    if (loaded.status !== 'ok') return loaded
    this.#solution.send({ do: 'serve' })
    const serving = asAnswer(await this.#solution.next(this.#testMs()))
    if (serving.status !== 'ok') return serving
    this.#tests.send({ do: 'load', mode: 'tests' }, program)
    const ready = asAnswer(await this.#tests.next(this.#testMs()))
    return ready.status === 'ok' ? null : ready
  }

  async #run(): Promise<Answer> {
    const word = randomBytes(20).toString('hex')
    this.#tests.send({ do: 'run' }, word)
    for (;;) {
      const reply = await this.#tests.next(this.#testMs())
      if (reply.kind !== 'frame' || reply.header.is !== 'call') {
        const answer = asAnswer(reply)
        return answer.status !== 'ok' || answer.body.toString() === word ? answer : { ...answer, status: 'error' }
      }
      const stopped = await this.#call(reply)
      if (stopped) return stopped
    }
  }

  /** Passes a call on to the solution and its answer back; what no test may catch ends the check. */
  async #call({ header, body }: Frame): Promise<Answer | null> {
    this.#calls++
    this.#solution.send({ ...header, do: 'call' }, body)
    const answer = asAnswer(await this.#solution.next(this.#testMs()))
    if (answer.status !== 'ok' && answer.raised === null) return answer
    const { raised, reason } = answer
    this.#tests.send({ status: raised === null ? 'ok' : 'raised', type: raised ?? '', reason }, answer.body)
    return null
  }

  #testMs(): number {
    const left = this.#limits.solutionMs - (performance.now() - this.#started)
    return Math.max(1, Math.min(this.#limits.testMs, left))
  }
}
