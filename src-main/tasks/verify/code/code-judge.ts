import { createHash } from 'node:crypto'
import type { CodeBackend, CodeLimits } from './backend.ts'
import { judge } from './judge.ts'
import type { CodeProblem, CodeVerdict } from './problem.ts'

/** Verdicts kept; groups repeat solutions within a step, seldom over steps. */
const mostKept = 4096
/** A machine is overloaded when the calibration program takes this many times as long as at the start. */
const overload = 2
const mostStretch = 8

/** About a tenth of a second of a processor, like a test of moderate size. */
const calibrationSource = 'total = 0\nfor i in range(1_500_000): total = (total * 31 + i) % 1000003\nprint("done")'
const calibration: CodeProblem = {
  kind: 'stdin',
  language: 'python',
  rule: 'archer',
  tests: [{ input: '', output: 'done', shown: true }],
}

/**
 * Judges solutions side by side, as many as the backend bears, the rest waiting in line. The same solution of the same
 * problem is judged once. A timeout counts only where the machine is as fast as it was at the start: on an overloaded
 * one the limits are stretched and the solution is judged again.
 */
export class CodeJudge {
  readonly backend: CodeBackend
  readonly #verdicts = new Map<string, Promise<CodeVerdict>>()
  readonly #problemKeys = new WeakMap<CodeProblem, string>()
  readonly #line: (() => void)[] = []
  #running = 0
  #calibratedMs: Promise<number> | undefined

  constructor(backend: CodeBackend) {
    this.backend = backend
  }

  /** @throws SandboxBreakdown when the sandbox and not the solution failed. Then nothing is kept. */
  async judge(problem: CodeProblem, code: string, limits: CodeLimits = this.backend.limits): Promise<CodeVerdict> {
    const key = digest([this.#problemKey(problem), code, limits])
    const known = this.#verdicts.get(key)
    if (known) return known
    const verdict = this.#judgeFairly(problem, code, limits)
    this.#verdicts.set(key, verdict)
    if (this.#verdicts.size > mostKept) this.#verdicts.delete(this.#verdicts.keys().next().value!)
    verdict.catch(() => this.#verdicts.delete(key))
    return verdict
  }

  /** Tests can be megabytes, and every response of a group has the same. */
  #problemKey(problem: CodeProblem): string {
    const known = this.#problemKeys.get(problem)
    if (known) return known
    const key = digest(problem)
    this.#problemKeys.set(problem, key)
    return key
  }

  async #judgeFairly(problem: CodeProblem, code: string, limits: CodeLimits): Promise<CodeVerdict> {
    this.#calibratedMs ??= this.#calibrate()
    const usualMs = await this.#calibratedMs
    return this.#inTurn(async () => {
      const verdict = await judge(this.backend, problem, code, limits)
      if (verdict.status !== 'timeout') return verdict
      const stretch = Math.min(mostStretch, (await this.#calibrate()) / usualMs)
      if (stretch < overload) return verdict
      const { testMs, solutionMs, memoryBytes } = limits
      return judge(this.backend, problem, code, {
        testMs: testMs * stretch,
        solutionMs: solutionMs * stretch,
        memoryBytes,
      })
    })
  }

  /** Time that the calibration program takes now, ms. */
  async #calibrate(): Promise<number> {
    const { ms } = await judge(this.backend, calibration, calibrationSource)
    return ms
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.backend.workers) await new Promise<void>((resolve) => this.#line.push(resolve))
    else this.#running++
    try {
      return await work()
    } finally {
      const next = this.#line.shift()
      if (next) next()
      else this.#running--
    }
  }
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64')
