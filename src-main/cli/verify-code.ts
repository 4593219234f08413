import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { CodeLimits } from '../tasks/verify/code/backend.ts'
import { type BackendChoice, backendChoices, chooseBackend } from '../tasks/verify/code/choose-backend.ts'
import { CodeJudge } from '../tasks/verify/code/code-judge.ts'
import { extractCode } from '../tasks/verify/code/extract-code.ts'
import { type JsonObject, type JsonValue, jsonText, readJson } from '../tasks/verify/code/json.ts'
import type { CodeProblem, CodeVerdict } from '../tasks/verify/code/problem.ts'
import { readProblem } from '../tasks/verify/code/records.ts'
import { UserError } from '../util/assert.ts'

const caseSchema = z
  .object({
    id: z.union([z.string(), z.number().transform(String)]),
    format: z.string().optional(),
    solution: z.string().optional(),
    response: z.string().optional(),
    limits: z
      .object({ time_s: z.number().positive().optional(), memory_mb: z.number().positive().optional() })
      .optional(),
  })
  .refine(({ solution, response }) => (solution ?? response) !== undefined, 'a solution or a response')
type CodeCase = z.infer<typeof caseSchema> & { readonly tests: string }

interface CodeLine extends CodeVerdict {
  readonly id: string
  readonly correct: boolean
  readonly backend: string
}

/**
 * Judges every case of a JSONL file in the sandbox and prints verdicts in the file's order.
 * @throws UserError for a bad line or when no sandbox holds; SandboxBreakdown when the sandbox fails.
 */
export async function verifyCodeFile(path: string, backend: string, print: (line: CodeLine) => void): Promise<void> {
  if (!backendChoices.includes(backend as BackendChoice))
    throw new UserError(`--backend is one of ${backendChoices.join(', ')}, got "${backend}".`)
  const cases = await readCases(path)
  const judge = new CodeJudge(await chooseBackend(backend as BackendChoice))
  try {
    const verdicts = cases.map((item) => verdictOf(judge, item))
    // Printing waits for the first; a breakdown of a later one must not go unheard in the meantime.
    for (const verdict of verdicts) verdict.catch(() => {})
    for (const verdict of verdicts) print(await verdict)
  } finally {
    await judge.backend.dispose()
  }
}

async function verdictOf(
  judge: CodeJudge,
  { id, format, solution, response, limits, tests }: CodeCase,
): Promise<CodeLine> {
  const code = solution ?? extractCode(response!, 'python')
  const problem = problemOf(tests, format)
  const none = (reason: string): CodeVerdict => ({ status: 'error', reason, tests: 0, ms: 0 })
  const verdict =
    code === null
      ? none('the response has no closed block of Python code')
      : typeof problem === 'string'
        ? none(problem)
        : await judge.judge(problem, code, limitsOf(judge.backend.limits, limits))
  return { id, ...verdict, ms: Math.round(verdict.ms), correct: verdict.status === 'pass', backend: judge.backend.name }
}

/** The problem, or why its record cannot be read: one bad record does not keep the others from being judged. */
function problemOf(tests: string, format: string | undefined): CodeProblem | string {
  try {
    return readProblem(tests, format)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

function limitsOf(usual: CodeLimits, limits: CodeCase['limits']): CodeLimits {
  return {
    ...usual,
    ...(limits?.time_s ? { testMs: limits.time_s * 1000 } : {}),
    ...(limits?.memory_mb ? { memoryBytes: limits.memory_mb * (1 << 20) } : {}),
  }
}

async function readCases(path: string): Promise<CodeCase[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`${path} cannot be read (${error.message}). Give a JSONL file of code cases.`)
  })
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [readCase(line, `${path}, line ${index + 1}`)]))
}

function readCase(line: string, where: string): CodeCase {
  const parsed = caseSchema.safeParse(parseJson(line, where))
  if (!parsed.success)
    throw new UserError(
      `${where}: expected a code case, got ${parsed.error.issues[0]!.message} (${line.slice(0, 60)}…).`,
    )
  const tests = (readJson(line) as JsonObject).get('problem_tests')
  if (tests === undefined) throw new UserError(`${where}: a code case needs "problem_tests".`)
  return { ...parsed.data, tests: testsText(tests) }
}

/** Numbers of any length stay as they are written. */
const testsText = (tests: JsonValue): string => (typeof tests === 'string' ? tests : jsonText(tests))

function parseJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new UserError(`${where} is not valid JSON (${error instanceof Error ? error.message : error}).`)
  }
}
