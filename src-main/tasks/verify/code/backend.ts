import type { HarnessProcess } from './session.ts'

/** Limits of one solution. Times are wall times; the start of the sandbox does not count. */
export interface CodeLimits {
  /** One test. */
  readonly testMs: number
  /** All tests of a solution. */
  readonly solutionMs: number
  readonly memoryBytes: number
}

/** A way to run the Python harness where it can do no harm. */
export interface CodeBackend {
  readonly name: 'bwrap' | 'wasm'
  /** Interpreter and containment, for manifests and messages. */
  readonly description: string
  readonly limits: CodeLimits
  /** Processes that run side by side without slowing each other down. */
  readonly workers: number
  /** Starts a harness; it says so with a `ready` frame. Throws SandboxBreakdown when it cannot be started. */
  start(limits: CodeLimits): HarnessProcess
  /** Runs a whole JavaScript program on one input; null where the backend has no way to. */
  readonly runJavaScript: RunJavaScript | null
  /** Ends what waits in reserve. */
  dispose(): Promise<void>
}

export type RunJavaScript = (code: string, input: string, limits: CodeLimits) => Promise<JavaScriptOutcome>

export interface JavaScriptOutcome {
  readonly status: 'ok' | 'timeout' | 'error' | 'memory' | 'blocked'
  readonly output: string
  readonly reason: string
}
