/** The rows of a generation while they grow, and what comes of them. */
import { concatenate } from '../util/concatenate.ts'
import type { FinishReason, GeneratedRow, GenerateRequest, Generation, TokenAlternatives } from './policy.ts'

/** One row being generated; `tokens`, `logprobs`, `entropies` hold `length` entries. */
export interface Row {
  readonly index: number
  readonly id: number
  readonly prompt: Int32Array
  readonly tokens: Int32Array
  readonly logprobs: Float32Array
  readonly entropies: Float32Array
  readonly alternatives: TokenAlternatives | undefined
  length: number
  finish: FinishReason | undefined
}

/** One draw per row of the batch. */
export interface Draw {
  readonly tokens: Int32Array
  readonly logprobs: Float32Array
  readonly entropies: Float32Array
  /** [rows, count] */
  readonly alternatives: TokenAlternatives | undefined
}

function emptyAlternatives(count: number, tokens: number): TokenAlternatives | undefined {
  if (count === 0) return undefined
  return { count, ids: new Int32Array(count * tokens), logprobs: new Float32Array(count * tokens) }
}

export function startRows({ prompts, rowIds, maxTokens, alternatives = 0 }: GenerateRequest): Row[] {
  return prompts.map((prompt, index) => ({
    index,
    id: rowIds?.[index] ?? index,
    prompt,
    tokens: new Int32Array(maxTokens),
    logprobs: new Float32Array(maxTokens),
    entropies: new Float32Array(maxTokens),
    alternatives: emptyAlternatives(alternatives, maxTokens),
    length: 0,
    finish: undefined,
  }))
}

/** Tokens of a row that the caches hold: all but its last, which the next step reads. */
export function cachedLength({ prompt, length }: Row): number {
  return prompt.length + Math.max(0, length - 1)
}

/** Appends a draw to the rows that still run; `finishOf` says whether a row ends with its new token. */
export function recordDraw(
  batch: readonly Row[],
  draw: Draw,
  finishOf: (row: Row) => FinishReason | undefined,
  onRow: (row: Row) => void,
): void {
  for (const [entry, row] of batch.entries()) {
    // A finished row that has not left the batch yet decodes its last token again; nobody looks.
    if (row.finish) continue
    row.tokens[row.length] = draw.tokens[entry]!
    row.logprobs[row.length] = draw.logprobs[entry]!
    row.entropies[row.length] = draw.entropies[entry]!
    recordAlternatives(row, draw, entry)
    row.length++
    row.finish = finishOf(row)
    if (row.finish) onRow(row)
  }
}

function recordAlternatives({ alternatives: all, length }: Row, { alternatives: drawn }: Draw, entry: number): void {
  if (!all || !drawn) return
  const { count } = all
  all.ids.set(drawn.ids.subarray(entry * count, (entry + 1) * count), length * count)
  all.logprobs.set(drawn.logprobs.subarray(entry * count, (entry + 1) * count), length * count)
}

/** A finished row, in arrays of its own. */
export function generatedRow({ index, tokens, logprobs, entropies, alternatives, length, finish }: Row): GeneratedRow {
  return {
    ...(alternatives && { alternatives: firstAlternatives(alternatives, length) }),
    index,
    tokens: tokens.slice(0, length),
    logprobs: logprobs.slice(0, length),
    entropies: entropies.slice(0, length),
    finishReason: finish ?? 'length',
  }
}

function firstAlternatives({ count, ids, logprobs }: TokenAlternatives, tokens: number): TokenAlternatives {
  return { count, ids: ids.slice(0, count * tokens), logprobs: logprobs.slice(0, count * tokens) }
}

export function generationOf(rows: readonly Row[]): Generation {
  const parts = rows.flatMap(({ prompt, tokens, length }) => [prompt, tokens.subarray(0, length)])
  const total = rows.reduce((sum, { length }) => sum + length, 0)
  const logprobs = new Float32Array(total)
  const entropies = new Float32Array(total)
  let offset = 0
  for (const row of rows) {
    logprobs.set(row.logprobs.subarray(0, row.length), offset)
    entropies.set(row.entropies.subarray(0, row.length), offset)
    offset += row.length
  }
  return {
    rows: {
      tokens: concatenate(Int32Array, parts),
      promptLengths: Int32Array.from(rows, ({ prompt }) => prompt.length),
      responseLengths: Int32Array.from(rows, ({ length }) => length),
    },
    logprobs,
    entropies,
    finishReasons: rows.map(({ finish }) => finish ?? 'length'),
  }
}
