import { z } from 'zod'
import { UserError } from '../util/assert.ts'
import { codeTests, withStarterCode } from './code-record.ts'
import { displayed, readRecords } from './dataset-files.ts'
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
  /** Rows left out because an earlier row has the same prompt, white space aside. */
  readonly duplicates: number
  /** Rows left out because their answer is empty. */
  readonly withoutAnswer: number
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
 * Reads problems from a JSONL, JSON (array), CSV or Parquet file. Column names of TRL and verl and their usual aliases are known; a
 * repeated prompt is kept once and counted, and so is a row whose answer is empty left out and counted.
 * @throws UserError naming file and line for a bad row, and for a file without rows.
 */
export async function readDataset(path: string): Promise<Dataset> {
  const byPrompt = new Map<string, DatasetRow>()
  let count = 0
  let withoutAnswer = 0
  for await (const records of readRecords(path)) {
    count += records.length
    for (const { value, where } of records) {
      const row = toRow(value, where, byPrompt.size)
      const key = plainPrompt(row).replaceAll(/\s+/g, ' ').trim()
      if (row.answer === '') withoutAnswer++
      else if (!byPrompt.has(key)) byPrompt.set(key, row)
    }
  }
  if (byPrompt.size === 0)
    throw new UserError(
      `${path} holds no problems${count > 0 ? `: the answers of all ${count} rows are empty` : ''}. A dataset needs at least one row with a prompt and an answer.`,
    )
  return { rows: [...byPrompt.values()], duplicates: count - withoutAnswer - byPrompt.size, withoutAnswer }
}

function toRow(value: unknown, where: string, position: number): DatasetRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(`${where}: expected an object with a prompt and an answer, got ${displayed(value)}.`)
  const given: Readonly<Record<string, unknown>> = { ...value }
  const columns = Object.fromEntries(Object.entries(given).filter(([, cell]) => cell !== null))
  const verl = verlSchema.safeParse(value).data
  const promptName = promptNames.find((name) => columns[name] !== undefined)
  const answerName = answerNames.find((name) => columns[name] !== undefined)
  const prompt = promptSchema.safeParse(promptName && withStarterCode(columns[promptName], columns))
  if (!prompt.success)
    throw new UserError(
      `${where}: expected a text or chat messages in one of ${promptNames.join(', ')}, got ${displayed(promptName && columns[promptName])}.`,
    )
  const noAnswer = answerNames.some((name) => given[name] === null) ? '' : undefined
  const answer = text.safeParse(
    verl?.reward_model.ground_truth ?? (answerName ? columns[answerName] : undefined) ?? codeTests(columns) ?? noAnswer,
  )
  if (!answer.success)
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

/** A prompt as text; chat messages one after another. */
export const plainPrompt = ({ prompt }: Pick<DatasetRow, 'prompt'>): string =>
  typeof prompt === 'string' ? prompt : prompt.map(({ role, content }) => `${role}: ${content}`).join('\n')

/** GSM8K keeps the worked solution in the answer column; the answer itself follows `####`. Tests are JSON, whole. */
const gsm8kAnswer = (answer: string): string => (/^\s*[[{]/.test(answer) ? answer : answer.split('####').at(-1)!.trim())
