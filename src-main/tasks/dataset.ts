import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import papaparse from 'papaparse'
import { z } from 'zod'
import { UserError } from '../util/assert.ts'
import { codeTests, withStarterCode } from './code-record.ts'
import type { ChatMessage } from './prompt.ts'

/** A problem with a checkable answer. */
export interface DatasetRow {
  /** Stable over imports, so that samples of different runs can be matched. */
  readonly id: string
  readonly prompt: string | readonly ChatMessage[]
  readonly answer: string
  /** Every other column, as it was. */
  readonly extra: Readonly<Record<string, unknown>>
}

export interface Dataset {
  readonly rows: readonly DatasetRow[]
  /** Rows left out because an earlier row has the same prompt. */
  readonly duplicates: number
}

const promptNames = ['prompt', 'question', 'problem', 'instruction', 'question_content']
const answerNames = ['answer', 'solution', 'final_answer', 'target', 'ground_truth']

const text = z.union([z.string(), z.number().transform(String)])
const messages = z.array(z.object({ role: z.string(), content: z.string() })).min(1)
const promptSchema = z.union([z.string().min(1), messages])
const verlSchema = z.object({
  reward_model: z.object({ ground_truth: text }),
  extra_info: z.object({ index: text.optional() }).optional(),
})

/**
 * Reads problems from a JSONL, JSON (array) or CSV file. Column names of TRL and verl and their usual aliases are known;
 * a repeated prompt is kept once and counted.
 * @throws UserError naming file and line for a bad row, and for a file without rows.
 */
export async function readDataset(path: string): Promise<Dataset> {
  const content = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(
      `The dataset ${path} cannot be read (${error.message}). Give the path of a JSONL, JSON or CSV file.`,
    )
  })
  const records = parsers[extname(path).toLowerCase()]?.(content, path)
  if (!records) throw new UserError(`${path}: expected a file ending in .jsonl, .json or .csv. Rename or convert it.`)
  if (records.length === 0)
    throw new UserError(`${path} holds no problems. A dataset needs at least one row with a prompt and an answer.`)
  const byPrompt = new Map<string, DatasetRow>()
  for (const { value, where } of records) {
    const row = toRow(value, where, byPrompt.size)
    const key = JSON.stringify(row.prompt)
    if (!byPrompt.has(key)) byPrompt.set(key, row)
  }
  return { rows: [...byPrompt.values()], duplicates: records.length - byPrompt.size }
}

interface SourceRecord {
  readonly value: unknown
  /** File and line or row, for messages. */
  readonly where: string
}

const parsers: Readonly<Record<string, (content: string, path: string) => SourceRecord[]>> = {
  '.jsonl': parseLines,
  '.json': parseArray,
  '.csv': parseCsv,
}

function parseLines(content: string, path: string): SourceRecord[] {
  return content.split('\n').flatMap((line, index) => {
    const where = `${path}, line ${index + 1}`
    return line.trim() === '' ? [] : [{ value: parseJson(line, where), where }]
  })
}

function parseArray(content: string, path: string): SourceRecord[] {
  const value = parseJson(content, path)
  if (!Array.isArray(value))
    throw new UserError(
      `${path}: expected a JSON array of problems, got ${displayed(value)}. For one object a line use .jsonl.`,
    )
  return value.map((row: unknown, index) => ({ value: row, where: `${path}, row ${index + 1}` }))
}

function parseCsv(content: string, path: string): SourceRecord[] {
  const { data, errors } = papaparse.parse<Record<string, string>>(content, { header: true, skipEmptyLines: 'greedy' })
  const [error] = errors
  if (error && data.length > 0)
    throw new UserError(`${path}, row ${(error.row ?? 0) + 1}: ${error.message}. Mend the CSV file.`)
  return data.map((value, index) => ({ value, where: `${path}, row ${index + 1}` }))
}

function parseJson(source: string, where: string): unknown {
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new UserError(
      `${where}: this is not valid JSON (${error instanceof Error ? error.message : error}). Mend or remove it.`,
    )
  }
}

function toRow(value: unknown, where: string, position: number): DatasetRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(`${where}: expected an object with a prompt and an answer, got ${displayed(value)}.`)
  const columns = value as Readonly<Record<string, unknown>>
  const verl = verlSchema.safeParse(value).data
  const promptName = promptNames.find((name) => columns[name] !== undefined)
  const answerName = answerNames.find((name) => columns[name] !== undefined)
  const prompt = promptSchema.safeParse(promptName && withStarterCode(columns[promptName], columns))
  if (!prompt.success)
    throw new UserError(
      `${where}: expected a text or chat messages in one of ${promptNames.join(', ')}, got ${displayed(promptName && columns[promptName])}.`,
    )
  const given = verl?.reward_model.ground_truth ?? (answerName && columns[answerName])
  const answer = text.safeParse(given ?? codeTests(columns))
  if (!answer.success || answer.data.trim() === '')
    throw new UserError(
      `${where}: expected a text or number in one of ${answerNames.join(', ')} or reward_model.ground_truth, got ${displayed(answerName && columns[answerName])}.`,
    )
  const id = text.safeParse(columns.id ?? columns.question_id ?? verl?.extra_info?.index)
  const used = new Set(['id', promptName, answerName])
  return {
    id: id.success ? id.data : `row-${position}`,
    prompt: prompt.data,
    answer: gsm8kAnswer(answer.data),
    extra: Object.fromEntries(Object.entries(columns).filter(([name]) => !used.has(name))),
  }
}

/** GSM8K keeps the worked solution in the answer column; the answer itself follows `####`. Tests are JSON, whole. */
const gsm8kAnswer = (answer: string): string => (/^\s*[[{]/.test(answer) ? answer : answer.split('####').at(-1)!.trim())

function displayed(value: unknown): string {
  if (value === undefined) return 'nothing'
  const shown = JSON.stringify(value) ?? String(value)
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
}
