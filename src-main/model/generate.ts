/** Batched generation over a key/value cache. */
import type { Executor, Tensor } from '../engine/executor.ts'
import { UserError } from '../util/assert.ts'
import { randomStream, uniform } from '../util/rng.ts'
import type { ModelConfig } from './config.ts'
import type { FinishReason, GenerateRequest, Generation } from './policy.ts'
import { prefill } from './prefill.ts'
import type { ProgramCache } from './program-cache.ts'
import { cacheNames, decodeProgram, firstTokenProgram, type Sampler } from './sampling-programs.ts'
import { requireIds, requireLength } from './token-batch.ts'

export interface GenerateContext {
  readonly config: ModelConfig
  readonly executor: Executor
  readonly programs: ProgramCache
  /** Text of ids, for stop texts. */
  readonly decode: (ids: Int32Array) => string
  /** Awaited between decode steps: where a pause takes hold. */
  readonly checkpoint: () => Promise<void>
}

/** One row being generated; `tokens`, `logprobs`, `entropies` hold `length` entries. */
interface Row {
  readonly index: number
  readonly id: number
  readonly prompt: Int32Array
  /** Time of the row's first token in the left-padded batch. */
  readonly start: number
  readonly tokens: Int32Array
  readonly logprobs: Float32Array
  readonly entropies: Float32Array
  length: number
  finish: FinishReason | undefined
}

interface Step {
  readonly tokens: Int32Array
  readonly logprobs: Float32Array
  readonly entropies: Float32Array
}

/** Finished rows leave the batch when fewer than this share of it is still running: copying the caches costs a few steps. */
const compactBelow = 0.7

function requireRequest({ prompts, maxTokens, temperature, topP, topK, greedy }: GenerateRequest, config: ModelConfig) {
  if (!(temperature > 0) && !greedy) throw new UserError(`The temperature is ${temperature}, expected more than 0.`)
  if (!(topP > 0 && topP <= 1)) throw new UserError(`top_p is ${topP}, expected more than 0 and at most 1.`)
  if (!(Number.isInteger(topK) && topK >= 0))
    throw new UserError(`top_k is ${topK}, expected 0 or a whole number above.`)
  if (!(Number.isInteger(maxTokens) && maxTokens >= 1)) {
    throw new UserError(`The token limit is ${maxTokens}, expected a whole number of at least 1.`)
  }
  for (const [row, prompt] of prompts.entries()) {
    if (prompt.length === 0) throw new UserError(`Prompt ${row} has no tokens; generation needs at least one.`)
    requireLength(`Prompt ${row} with ${maxTokens} new tokens`, prompt.length + maxTokens, config)
    requireIds(prompt, config)
  }
}

function samplerOf({ greedy, topK, topP }: GenerateRequest): Sampler {
  if (greedy) return { kind: 'greedy', topK: 0 }
  return topK > 0 || topP < 1 ? { kind: 'filtered', topK } : { kind: 'full', topK: 0 }
}

function startRows({ prompts, rowIds, maxTokens }: GenerateRequest, longest: number): Row[] {
  return prompts.map((prompt, index) => ({
    index,
    id: rowIds?.[index] ?? index,
    prompt,
    start: longest - prompt.length,
    tokens: new Int32Array(maxTokens),
    logprobs: new Float32Array(maxTokens),
    entropies: new Float32Array(maxTokens),
    length: 0,
    finish: undefined,
  }))
}

/** Generates a response per prompt. A row's tokens depend on nothing but its prompt, row id, seed and step. */
export async function generate(context: GenerateContext, request: GenerateRequest): Promise<Generation> {
  requireRequest(request, context.config)
  if (request.prompts.length === 0) return generationOf([])
  const longest = Math.max(...request.prompts.map((prompt) => prompt.length))
  const rows = startRows(request, longest)
  const sampler = samplerOf(request)
  const { programs, config } = context
  const key = `${sampler.kind} ${sampler.topK}`
  const hidden = await prefill(context, request.prompts, longest, longest + request.maxTokens)
  const first = await programs(`firstToken ${key}`, () => firstTokenProgram(config, sampler))
  record(context, request, rows, stepOf(await first.run({ hidden, ...drawInputs(request, rows) })))
  const decode = await programs(`decode ${key}`, () => decodeProgram(config, sampler))
  let batch = rows
  for (;;) {
    await context.checkpoint()
    const running = batch.filter(({ finish }) => !finish)
    if (running.length === 0) break
    if (running.length < compactBelow * batch.length) batch = compact(context, batch)
    const outputs = await decode.run({ ...tokenInputs(batch), ...drawInputs(request, batch) })
    record(context, request, batch, stepOf(outputs))
  }
  for (const name of cacheNames(config)) context.executor.dropState(name)
  return generationOf(rows)
}

/** Drops finished rows from the caches and returns the rest of the batch. */
function compact({ executor, config }: GenerateContext, batch: readonly Row[]): Row[] {
  const kept = batch.flatMap(({ finish }, entry) => (finish ? [] : [entry]))
  const entries = Int32Array.from(kept)
  for (const name of cacheNames(config)) executor.selectCacheEntries(name, entries)
  return kept.map((entry) => batch[entry]!)
}

function stepOf(outputs: Readonly<Record<string, Tensor>>): Step {
  const { tokens, logprobs, entropies } = outputs
  return {
    tokens: tokens!.data as Int32Array,
    logprobs: logprobs!.data as Float32Array,
    entropies: entropies!.data as Float32Array,
  }
}

/** The last token of each row, its position and the row's start. */
function tokenInputs(batch: readonly Row[]): Record<string, Tensor> {
  const shape = [batch.length]
  return {
    ids: { shape, data: Int32Array.from(batch, ({ tokens, length }) => tokens[length - 1]!) },
    positions: { shape, data: Int32Array.from(batch, ({ prompt, length }) => prompt.length + length - 1) },
    starts: { shape, data: Int32Array.from(batch, ({ start }) => start) },
  }
}

function drawInputs(request: GenerateRequest, batch: readonly Row[]): Record<string, Tensor> {
  const { seed, step, greedy } = request
  const temperature = request.temperature > 0 ? request.temperature : 1
  const draw = ({ id, length }: Row) => (greedy ? 0 : uniform(seed, randomStream.sampling, step, id, length))
  return {
    uniforms: { shape: [batch.length], data: Float32Array.from(batch, draw) },
    temperature: { shape: [], data: new Float32Array([temperature]) },
    topP: { shape: [], data: new Float32Array([request.topP]) },
  }
}

/** Appends a step's tokens to the rows that still run and marks those that end with it. */
function record(context: GenerateContext, request: GenerateRequest, batch: readonly Row[], step: Step): void {
  for (const [entry, row] of batch.entries()) {
    // A finished row that has not left the batch yet decodes its last token again; nobody looks.
    if (row.finish) continue
    const token = step.tokens[entry]!
    row.tokens[row.length] = token
    row.logprobs[row.length] = step.logprobs[entry]!
    row.entropies[row.length] = step.entropies[entry]!
    row.length++
    row.finish = finishOf(context, request, row, token)
  }
}

function finishOf(context: GenerateContext, { stop, maxTokens }: GenerateRequest, row: Row, token: number) {
  if (context.config.eosTokenIds.includes(token)) return 'eos'
  if (stop.length > 0) {
    const text = context.decode(row.tokens.subarray(0, row.length))
    if (stop.some((ending) => text.includes(ending))) return 'stop'
  }
  return row.length === maxTokens ? 'length' : undefined
}

function generationOf(rows: readonly Row[]): Generation {
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
      tokens: concatenate(parts),
      promptLengths: Int32Array.from(rows, ({ prompt }) => prompt.length),
      responseLengths: Int32Array.from(rows, ({ length }) => length),
    },
    logprobs,
    entropies,
    finishReasons: rows.map(({ finish }) => finish ?? 'length'),
  }
}

function concatenate(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}
