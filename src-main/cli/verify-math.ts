import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { verifierSchema } from '../../src-preload/contract/verifier.ts'
import { startVerifyPool } from '../tasks/verify/pool.ts'
import { UserError } from '../util/assert.ts'

const text = z.union([z.string(), z.number().transform(String)])
const gold = z.union([
  text,
  z
    .array(z.string())
    .min(1)
    .transform((answers) => JSON.stringify(answers)),
])

const caseSchema = z
  .object({
    id: text.optional(),
    response: z.string().optional(),
    response_tail: z.string().optional(),
    answer: gold.optional(),
    gold: gold.optional(),
  })
  .refine(
    ({ response, response_tail }) => (response ?? response_tail) !== undefined,
    'needs a response or response_tail',
  )
  .refine((line) => (line.answer ?? line.gold) !== undefined, 'needs an answer or gold')

interface MathLine {
  readonly id: string
  readonly correct: boolean
  readonly extracted: string | null
  readonly parsed: string | null
  readonly reason: string
  readonly ms: number
}

/** Responses checked between two prints. */
const chunk = 64

/**
 * Grades every line of a JSONL file, each within the verifier's second, and prints verdicts in the file's order.
 * @throws UserError for a bad line or an unknown mode.
 */
export async function verifyMathFile(path: string, mode: string, print: (line: MathLine) => void): Promise<void> {
  const config = verifierSchema.safeParse({ kind: 'math', mode })
  if (!config.success) throw new UserError(`--mode ${mode}: ${config.error.issues[0]?.message ?? 'not a mode'}.`)
  const cases = await readCases(path)
  const pool = startVerifyPool(config.data)
  try {
    for (let start = 0; start < cases.length; start += chunk) {
      const part = cases.slice(start, start + chunk)
      const verdicts = await pool.verify(part)
      verdicts.forEach(({ correct, extracted, parsed, reason, ms }, index) => {
        const rounded = Math.round((ms ?? 0) * 100) / 100
        print({ id: part[index]!.id, correct, extracted, parsed: parsed ?? null, reason, ms: rounded })
      })
    }
  } finally {
    await pool.dispose()
  }
}

async function readCases(path: string): Promise<{ id: string; response: string; answer: string }[]> {
  const content = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`${path} cannot be read (${error.message}). Give a JSONL file of responses and answers.`)
  })
  return content
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [readCase(line, `${path}, line ${index + 1}`)]))
}

function readCase(line: string, where: string): { id: string; response: string; answer: string } {
  const parsed = caseSchema.safeParse(jsonOf(line, where))
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new UserError(`${where}: ${[...path, message].join(' ')}. Expected {"id", "response", "answer"}.`)
  }
  const { id, response, response_tail, answer, gold } = parsed.data
  return { id: id ?? where, response: (response ?? response_tail)!, answer: (answer ?? gold)! }
}

function jsonOf(line: string, where: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new UserError(
      `${where}: not valid JSON (${error instanceof Error ? error.message : error}). Mend or remove it.`,
    )
  }
}
