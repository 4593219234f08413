import { performance } from 'node:perf_hooks'
import { SandboxBreakdown } from '../sandbox/errors.ts'
import { judgeAsserts } from './asserts.ts'
import type { CodeBackend, CodeLimits } from './backend.ts'
import { sameOutput } from './compare-output.ts'
import { equalsExpected, equalsWrapped, readReturned } from './compare-value.ts'
import { readJson } from './json.ts'
import type { CodeProblem, CodeStatus, CodeVerdict } from './problem.ts'
import { type Answer, asAnswer } from './reply.ts'
import { type HarnessProcess, Session } from './session.ts'

type TestedProblem = Exclude<CodeProblem, { kind: 'asserts' }>

/** Longest wait for a sandbox to come up, ms. It is no part of a solution's time. */
const startMs = 60_000

/**
 * Runs a solution on the tests of a problem, up to the first that it does not pass.
 * @throws SandboxBreakdown when the sandbox and not the solution failed.
 */
export async function judge(
  backend: CodeBackend,
  problem: CodeProblem,
  code: string,
  limits: CodeLimits = backend.limits,
): Promise<CodeVerdict> {
  if (problem.kind === 'asserts') return judgeAsserts(() => openSession(backend, limits), problem.program, code, limits)
  if (problem.kind === 'stdin' && problem.language === 'javascript')
    return judgeJavaScript(backend, problem, code, limits)
  const session = await openSession(backend, limits)
  try {
    return await judgeTests(session, problem, code, limits)
  } finally {
    await session.close()
  }
}

/** A harness that is up. @throws SandboxBreakdown when it does not come up. */
async function openSession(backend: CodeBackend, limits: CodeLimits): Promise<Session> {
  const session = new Session(startProcess(backend, limits))
  const reply = await session.next(startMs)
  if (reply.kind === 'frame') return session
  await session.close()
  const how = reply.kind === 'ended' ? `exit code ${reply.code}` : reply.kind
  throw new SandboxBreakdown(`The ${backend.name} sandbox did not start (${how}).`)
}

function startProcess(backend: CodeBackend, limits: CodeLimits): HarnessProcess {
  try {
    return backend.start(limits)
  } catch (error) {
    throw new SandboxBreakdown(error instanceof Error ? error.message : String(error))
  }
}

async function judgeTests(
  session: Session,
  problem: TestedProblem,
  code: string,
  limits: CodeLimits,
): Promise<CodeVerdict> {
  const started = performance.now()
  const verdict = (status: CodeStatus, reason: string, tests: number): CodeVerdict => ({
    status,
    reason,
    tests,
    ms: performance.now() - started,
  })
  session.send({ do: 'load', mode: problem.kind === 'stdin' ? 'stdin' : 'function' }, code)
  const loaded = asAnswer(await session.next(limits.testMs))
  if (loaded.status !== 'ok') return verdict(loaded.status, loaded.reason, 0)
  for (const [index, test] of problem.tests.entries()) {
    const left = limits.solutionMs - (performance.now() - started)
    if (left <= 0) return verdict('timeout', 'it took longer than the limit for all tests', index)
    session.send(commandOf(problem), test.input)
    const answer = asAnswer(await session.next(Math.min(limits.testMs, left)))
    if (answer.status !== 'ok') return verdict(answer.status, `test ${index + 1}: ${answer.reason}`, index + 1)
    const wrong = difference(problem, test.output, answer)
    if (wrong) return verdict(wrong.status, `test ${index + 1}: ${wrong.reason}`, index + 1)
  }
  return verdict('pass', passed(problem.tests.length), problem.tests.length)
}

const passed = (tests: number): string => (tests === 1 ? 'the test passed' : `${tests} tests passed`)

const commandOf = (problem: TestedProblem): Readonly<Record<string, unknown>> =>
  problem.kind === 'stdin' ? { do: 'test' } : { do: 'test', name: problem.name, style: problem.style }

interface Difference {
  readonly status: 'fail' | 'error'
  readonly reason: string
}

function difference(problem: TestedProblem, expected: string, { body }: Answer): Difference | null {
  if (problem.kind === 'stdin')
    return sameOutput(body.toString(), expected, problem.rule) ? null : { status: 'fail', reason: 'wrong output' }
  const equal = problem.style === 'lines' ? equalsExpected : equalsWrapped
  try {
    return equal(readReturned(body.toString()), readJson(expected)) ? null : { status: 'fail', reason: 'wrong result' }
  } catch {
    return { status: 'error', reason: 'the result cannot be read' }
  }
}

async function judgeJavaScript(
  backend: CodeBackend,
  { tests, rule }: Extract<CodeProblem, { kind: 'stdin' }>,
  code: string,
  limits: CodeLimits,
): Promise<CodeVerdict> {
  const started = performance.now()
  const ms = (): number => performance.now() - started
  if (!backend.runJavaScript)
    return { status: 'error', reason: `the ${backend.name} sandbox runs Python only`, tests: 0, ms: ms() }
  for (const [index, { input, output: expected }] of tests.entries()) {
    const { status, output, reason } = await backend.runJavaScript(code, input, limits)
    const at = { tests: index + 1, ms: ms() }
    if (status !== 'ok') return { status, reason: `test ${index + 1}: ${reason}`, ...at }
    if (!sameOutput(output, expected, rule)) return { status: 'fail', reason: `test ${index + 1}: wrong output`, ...at }
    if (ms() > limits.solutionMs && index + 1 < tests.length)
      return { status: 'timeout', reason: 'it took longer than the limit for all tests', ...at }
  }
  return { status: 'pass', reason: passed(tests.length), tests: tests.length, ms: ms() }
}
