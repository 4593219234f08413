/** Batched generation over a key/value cache: finished rows leave the batch and waiting prompts take their place. */
import type { Tensor } from '../engine/executor.ts'
import { UserError } from '../util/assert.ts'
import { randomStream, uniform } from '../util/rng.ts'
import type { ModelConfig } from './config.ts'
import {
  cachedLength,
  type Draw,
  generatedRow,
  generationOf,
  type Row,
  recordDraw,
  startRows,
} from './generation-rows.ts'
import type { GeneratedRow, GenerateRequest, Generation } from './policy.ts'
import { type PrefillContext, type Prefilled, prefill } from './prefill.ts'
import { cacheGroup, cacheNames, decodeProgram, firstTokenProgram, type Sampler } from './sampling-programs.ts'
import { SharedPrompts } from './shared-prompts.ts'
import { requireIds, requireLength } from './token-batch.ts'

export interface GenerateContext extends PrefillContext {
  /** Text of ids, for stop texts. */
  readonly decode: (ids: Int32Array) => string
  /** Awaited between decode steps: where a pause takes hold. */
  readonly checkpoint: () => Promise<void>
}

const defaultMaxSequences = 128

/** The caches are rebuilt when fewer than this share of the batch is still running: copying them costs a few steps. */
const rebuildBelow = 0.7

function requireRequest(request: GenerateRequest, config: ModelConfig) {
  const { prompts, maxTokens, temperature, topP, topK, greedy, alternatives = 0 } = request
  if (!(temperature > 0) && !greedy) throw new UserError(`The temperature is ${temperature}, expected more than 0.`)
  if (!(topP > 0 && topP <= 1)) throw new UserError(`top_p is ${topP}, expected more than 0 and at most 1.`)
  if (!(Number.isInteger(topK) && topK >= 0))
    throw new UserError(`top_k is ${topK}, expected 0 or a whole number above.`)
  if (!(Number.isInteger(maxTokens) && maxTokens >= 1)) {
    throw new UserError(`The token limit is ${maxTokens}, expected a whole number of at least 1.`)
  }
  if (!(Number.isInteger(alternatives) && alternatives >= 0 && alternatives <= config.vocabSize))
    throw new UserError(
      `${alternatives} alternatives per token were asked for, expected 0 to ${config.vocabSize}, the vocabulary.`,
    )
  for (const [row, prompt] of prompts.entries()) {
    if (prompt.length === 0) throw new UserError(`Prompt ${row} has no tokens; generation needs at least one.`)
    requireLength(`Prompt ${row} with ${maxTokens} new tokens`, prompt.length + maxTokens, config)
    requireIds(prompt, config)
  }
}

function samplerOf({ greedy, topK, topP, alternatives = 0 }: GenerateRequest): Sampler {
  if (greedy) return { kind: 'greedy', topK: 0, alternatives }
  return topK > 0 || topP < 1 ? { kind: 'filtered', topK, alternatives } : { kind: 'full', topK: 0, alternatives }
}

/**
 * Generates a response per prompt. A row's tokens depend on nothing but its prompt, row id, seed and step; only the
 * rounding of its statistics on the rows beside it.
 */
export async function generate(
  context: GenerateContext,
  request: GenerateRequest,
  onRow: (row: GeneratedRow) => void = () => {},
  onDraw: (rows: readonly Row[]) => void = () => {},
): Promise<Generation> {
  const { config, executor } = context
  requireRequest(request, config)
  const rows = startRows(request)
  const prompts = executor.sharesPrompts ? new SharedPrompts(executor, config) : undefined
  try {
    await decodeAll({ ...context, request, sampler: samplerOf(request), onRow, onDraw, prompts }, [...rows])
  } finally {
    for (const name of cacheNames(config)) executor.dropState(name)
    prompts?.drop()
  }
  return generationOf(rows)
}

async function decodeAll(sampling: Sampling, waiting: Row[]): Promise<void> {
  let batch: Row[] = []
  for (;;) {
    await sampling.checkpoint()
    const running = batch.filter(({ finish }) => !finish)
    const joining = takeWaiting(waiting, running.length, sampling.request)
    if (joining.length > 0) {
      batch = await join(sampling, batch, joining)
      continue
    }
    if (running.length === 0) return
    if (running.length < rebuildBelow * batch.length) batch = rebuild(sampling, batch, [])
    await decodeStep(sampling, batch)
  }
}

interface Sampling extends GenerateContext {
  readonly request: GenerateRequest
  readonly sampler: Sampler
  readonly onRow: (row: GeneratedRow) => void
  /** Called with the rows of the batch after each of its draws. */
  readonly onDraw: (rows: readonly Row[]) => void
  /** Present where the executor decodes over prompts that rows share: the caches then hold what follows them. */
  readonly prompts: SharedPrompts | undefined
}

/** Tokens of a row that the caches hold. */
const heldLength = ({ prompts }: Sampling, row: Row): number =>
  prompts ? cachedLength(row) - row.prompt.length : cachedLength(row)

/**
 * The waiting rows that fill the batch up, once enough of it is free. Rows of one prompt come together, so that it is prefilled once; a group
 * larger than the whole batch comes in parts.
 */
function takeWaiting(waiting: Row[], running: number, { maxSequences = defaultMaxSequences }: GenerateRequest): Row[] {
  const room = Math.max(1, maxSequences - running)
  if (running >= rebuildBelow * maxSequences) return []
  let count = 0
  while (count < waiting.length) {
    let end = count + 1
    while (end < waiting.length && samePrompt(waiting[end]!, waiting[count]!)) end++
    if (end > room && (count > 0 || running > 0)) break
    count = Math.min(end, room)
    if (count === room) break
  }
  return waiting.splice(0, count)
}

function samePrompt({ prompt: a }: Row, { prompt: b }: Row): boolean {
  return a === b || (a.length === b.length && a.every((id, index) => id === b[index]))
}

/** Adds rows to the batch and draws their first tokens. */
async function join(sampling: Sampling, batch: readonly Row[], joining: readonly Row[]): Promise<Row[]> {
  const { programs, config, sampler } = sampling
  const prompts = await prefill(
    sampling,
    joining.map(({ prompt }) => prompt),
  )
  const next = rebuild(sampling, batch, joining, prompts)
  prompts.release()
  const first = await programs(`firstToken ${keyOf(sampler)}`, () => firstTokenProgram(config, sampler))
  record(sampling, joining, await first.run({ hidden: prompts.hidden, ...drawInputs(sampling, joining) }))
  return next
}

/** Cuts the caches down to the running rows, adds those of `joining`, just prefilled, and returns the new batch. */
function rebuild(sampling: Sampling, batch: readonly Row[], joining: readonly Row[], prefilled?: Prefilled): Row[] {
  const { executor, config, request, prompts } = sampling
  const kept = batch.flatMap(({ finish }, entry) => (finish ? [] : [entry]))
  const staying = kept.map((entry) => batch[entry]!)
  const next = [...staying, ...joining]
  prompts?.renew(staying, joining, prefilled)
  // A cache of no rows cannot be read.
  const rows = Math.max(1, ...next.map((row) => heldLength(sampling, row)))
  const capacity = rows + Math.max(...next.map(({ length }) => request.maxTokens - Math.max(1, length)))
  const entries = Int32Array.from(kept)
  const sources = prompts ? emptySources(sampling, joining.length) : (prefilled?.sources ?? (() => []))
  for (const name of cacheNames(config)) {
    const own = kept.length > 0 ? [{ from: name, entries }] : []
    executor.gatherCache(name, [...own, ...sources(name)], { rows, capacity })
  }
  executor.dropState(emptyCache)
  return next
}

const emptyCache = `${cacheGroup}/none`

/** Rows that hold nothing yet. */
function emptySources({ executor, config }: Sampling, count: number): Prefilled['sources'] {
  if (count === 0) return () => []
  executor.createCache(emptyCache, { capacity: 1, rowShape: [1, config.keyValueHeadCount * config.headDim] })
  return () => [{ from: emptyCache, entries: new Int32Array(count) }]
}

async function decodeStep(sampling: Sampling, batch: readonly Row[]): Promise<void> {
  const { programs, config, sampler, executor, prompts } = sampling
  const key = `decode ${prompts ? 'shared ' : ''}${keyOf(sampler)}`
  const decode = await programs(key, () => decodeProgram(config, sampler, prompts !== undefined), {
    // Greedy decoding is for evaluations: not worth a second copy of the weights.
    hot: sampler.kind !== 'greedy',
  })
  const used = executor.cacheLength(cacheNames(config)[0]!)
  const inputs = { ...tokenInputs(sampling, batch, used), ...prompts?.inputs(batch), ...drawInputs(sampling, batch) }
  record(sampling, batch, await decode.run(inputs))
}

const keyOf = ({ kind, topK, alternatives }: Sampler) => `${kind} ${topK} ${alternatives}`

/** The last token of each row, its position, and the time of the row's first token in the caches. */
function tokenInputs(sampling: Sampling, batch: readonly Row[], used: number): Record<string, Tensor> {
  const shape = [batch.length]
  return {
    ids: { shape, data: Int32Array.from(batch, ({ tokens, length }) => tokens[length - 1]!) },
    positions: { shape, data: Int32Array.from(batch, cachedLength) },
    starts: { shape, data: Int32Array.from(batch, (row) => used - heldLength(sampling, row)) },
  }
}

function drawInputs({ request }: Sampling, batch: readonly Row[]): Record<string, Tensor> {
  const { seed, step, greedy } = request
  const temperature = request.temperature > 0 ? request.temperature : 1
  const draw = ({ id, length }: Row) => (greedy ? 0 : uniform(seed, randomStream.sampling, step, id, length))
  return {
    uniforms: { shape: [batch.length], data: Float32Array.from(batch, draw) },
    temperature: { shape: [], data: new Float32Array([temperature]) },
    topP: { shape: [], data: new Float32Array([request.topP]) },
  }
}

function record(sampling: Sampling, batch: readonly Row[], outputs: Readonly<Record<string, Tensor>>): void {
  const { tokens, logprobs, entropies } = outputs
  const alternatives = alternativesOf(outputs)
  const draw = { tokens: tokens!.data, logprobs: logprobs!.data, entropies: entropies!.data, alternatives } as Draw
  recordDraw(
    batch,
    draw,
    (row) => finishOf(sampling, row),
    (row) => sampling.onRow(generatedRow(row)),
  )
  sampling.onDraw(batch)
}

function alternativesOf({ alternativeIds, alternativeLogprobs }: Readonly<Record<string, Tensor>>) {
  if (!alternativeIds || !alternativeLogprobs) return undefined
  return { count: alternativeIds.shape[1]!, ids: alternativeIds.data, logprobs: alternativeLogprobs.data }
}

function finishOf({ config, decode, request: { stop, maxTokens } }: Sampling, { tokens, length }: Row) {
  if (config.eosTokenIds.includes(tokens[length - 1]!)) return 'eos'
  if (stop.length > 0) {
    const text = decode(tokens.subarray(0, length))
    if (stop.some((ending) => text.includes(ending))) return 'stop'
  }
  return length === maxTokens ? 'length' : undefined
}
