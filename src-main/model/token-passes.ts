/** Scoring, and the forward and backward passes of training, piece by piece. */
import { type Executor, releaseTensors, type Tensor } from '../engine/executor.ts'
import { UserError } from '../util/assert.ts'
import { type ModelConfig, withoutAdapter } from './config.ts'
import { type DropoutCounters, dropoutInputs } from './dropout.ts'
import { backwardLayers } from './layered-backward.ts'
import { layeredForwardProgram } from './layered-programs.ts'
import { cutRows, type Piece, pick, scatter, scatterWide } from './pieces.ts'
import type { ScoredTokens, TokenMoments, TokenRows, TokenStatistics } from './policy.ts'
import type { ProgramCache } from './program-cache.ts'
import { requireRows, type TokenBatch, tokenBatch } from './token-batch.ts'
import {
  backwardProgram,
  embeddingProgram,
  forwardProgram,
  groups,
  hiddenProgram,
  momentsProgram,
  type Parameters,
  type StatisticsShape,
  statisticsProgram,
  trainsEmbedding,
} from './training-programs.ts'

/** Whether the backward pass computes each layer again; `auto`: where the results to keep are large. */
export type GradientCheckpointing = 'auto' | 'on' | 'off'

export interface PassContext {
  readonly config: ModelConfig
  readonly parameters: Parameters
  readonly executor: Executor
  readonly programs: ProgramCache
  readonly gradientCheckpointing: GradientCheckpointing
  /** What dropout follows from. */
  readonly dropout: DropoutCounters
  /** Awaited between pieces: where a pause takes hold. */
  readonly checkpoint: () => Promise<void>
}

export interface PreparedPiece {
  readonly piece: Piece
  readonly batch: TokenBatch
  readonly inputs: Readonly<Record<string, Tensor>>
}

export interface Cotangents {
  readonly dLogprobs: Float32Array
  readonly dEntropies?: Float32Array | undefined
  readonly dReferenceKls?: Float32Array | undefined
}

export interface PendingPiece extends PreparedPiece {
  readonly shape: StatisticsShape
  /** The residuals are what enters each layer. */
  readonly layered: boolean
  readonly residuals: Readonly<Record<string, Tensor>>
}

/** What the backward pass needs of a forward pass. */
export interface PendingPass {
  readonly tokens: number
  readonly referenceKl: boolean
  readonly pieces: readonly PendingPiece[]
}

/** Logits that exist at once in the vocabulary head: tokens × vocabulary. */
const logitsBudget = 8_388_608
/** Where the vocabulary matrix is large, each piece also adds a gradient of its size: fewer pieces, up to this share of it. */
const logitsShare = 0.5
/** Results of one forward pass beyond this many bytes are computed again instead of kept, where it is left open. */
const residualBudget = 2 ** 30

/** Cuts rows into the pieces that go through the model one after another. */
export function prepare(
  config: ModelConfig,
  rows: TokenRows,
  temperature: number,
  tokensAtOnce?: number,
): PreparedPiece[] {
  requireRows(rows, config)
  if (!(temperature > 0)) throw new UserError(`The temperature is ${temperature}, expected more than 0.`)
  const scalar = { shape: [], data: new Float32Array([temperature]) }
  return cutRows(rows, tokensAtOnce)
    .filter(({ places }) => places.length > 0)
    .map((piece) => {
      const batch = tokenBatch(piece.rows)
      return { piece, batch, inputs: { ...batch.inputs, temperature: scalar } }
    })
}

/** How a piece's programs are cut. */
export function shapeOf(config: ModelConfig, { blocks, tokens }: TokenBatch, referenceKl = false): StatisticsShape {
  const budget = Math.max(logitsBudget, logitsShare * config.vocabSize * config.hiddenSize)
  const pieces = Math.ceil((tokens * config.vocabSize) / budget)
  // A power of two, so that few variants are compiled.
  return { blocks, chunks: 2 ** Math.ceil(Math.log2(Math.max(1, pieces))), referenceKl }
}

/** The kept results of all layers: queries, keys, values, attention, gate, up and two residual streams per token. */
function residualBytes(config: ModelConfig, { count }: TokenBatch): number {
  const heads = 2 * config.headCount + 2 * config.keyValueHeadCount
  const width = heads * config.headDim + 2 * config.intermediateSize + 2 * config.hiddenSize
  return 4 * count * width * config.layerCount
}

const countOf = ({ responseLengths }: TokenRows): number => responseLengths.reduce((sum, length) => sum + length, 0)

function emptyStatistics(tokens: number, referenceKl: boolean): TokenStatistics {
  const column = () => new Float32Array(tokens)
  return { logprobs: column(), entropies: column(), ...(referenceKl && { referenceKls: column() }) }
}

/** Puts a piece's results into their places; what is no statistic is left in the answer. */
function collect(
  target: TokenStatistics,
  piece: Piece,
  results: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const { logprobs, entropies, referenceKls, ...others } = results
  scatter(target.logprobs, piece, logprobs!.data as Float32Array)
  scatter(target.entropies, piece, entropies!.data as Float32Array)
  if (target.referenceKls) scatter(target.referenceKls, piece, referenceKls!.data as Float32Array)
  return others
}

/** How a program computes the reference: on a copy of the weights, or on the policy's with its adapter off. */
function referenceOf({ config }: PassContext) {
  const rename: Record<string, string> = config.adapter ? {} : { [groups.policy]: groups.reference }
  return config.adapter
    ? { scored: withoutAdapter(config), suffix: ' base', rename }
    : { scored: config, suffix: '', rename }
}

/** The reference's hidden states of a piece, for the KL over the whole vocabulary. */
async function referenceHidden(context: PassContext, { batch, inputs }: PreparedPiece) {
  const { scored, suffix, rename } = referenceOf(context)
  const program = await context.programs(`hidden ${batch.blocks}${suffix}`, () => hiddenProgram(scored, batch.blocks))
  return (await program.run(inputs, { rename })) as { referenceHidden: Tensor }
}

/**
 * Statistics of the response tokens, with the `count` likeliest at each, under the policy or the reference: a copy of its
 * weights, or its adapter off.
 */
export async function scoreRows(
  context: PassContext,
  rows: TokenRows,
  temperature: number,
  weights: 'policy' | 'reference',
  asked: { readonly alternatives: number; readonly referenceKl: boolean },
): Promise<ScoredTokens> {
  const { config, programs, checkpoint } = context
  const { alternatives: count, referenceKl } = asked
  const tokens = countOf(rows)
  const statistics = emptyStatistics(tokens, referenceKl)
  const alternatives = { count, ids: new Int32Array(tokens * count), logprobs: new Float32Array(tokens * count) }
  const own = { scored: config, suffix: '', rename: {} }
  const { scored, suffix, rename } = weights === 'reference' ? referenceOf(context) : own
  for (const prepared of prepare(config, rows, temperature, context.executor.tokensAtOnce)) {
    await checkpoint()
    const { piece, batch, inputs } = prepared
    const shape = shapeOf(config, batch, referenceKl)
    const reference = referenceKl ? await referenceHidden(context, prepared) : undefined
    const key = `statistics ${keyOf(shape)} ${count}${suffix}`
    const program = await programs(key, () => statisticsProgram(scored, shape, count))
    const { alternativeIds, alternativeLogprobs } = collect(
      statistics,
      piece,
      await program.run({ ...inputs, ...reference }, { rename }),
    )
    if (reference) releaseTensors(Object.values(reference))
    if (count === 0) continue
    scatterWide(alternatives.ids, piece, alternativeIds!.data as Int32Array, count)
    scatterWide(alternatives.logprobs, piece, alternativeLogprobs!.data as Float32Array, count)
  }
  return count === 0 ? statistics : { ...statistics, alternatives }
}

/** Second-order statistics of the response tokens under the policy's weights. */
export async function momentRows(context: PassContext, rows: TokenRows, temperature: number): Promise<TokenMoments> {
  const { config, programs, checkpoint } = context
  const tokens = countOf(rows)
  const moments = { squares: new Float32Array(tokens), cubes: new Float32Array(tokens) }
  for (const { piece, batch, inputs } of prepare(config, rows, temperature, context.executor.tokensAtOnce)) {
    await checkpoint()
    const shape = shapeOf(config, batch)
    const program = await programs(`moments ${keyOf(shape)}`, () => momentsProgram(config, shape))
    const { targets: _, ...given } = inputs
    const { squares, cubes } = await program.run(given)
    scatter(moments.squares, piece, squares!.data as Float32Array)
    scatter(moments.cubes, piece, cubes!.data as Float32Array)
  }
  return moments
}

/** As `scoreRows` with the policy's weights, keeping what `backwardRows` needs. */
export async function forwardRows(
  context: PassContext,
  rows: TokenRows,
  temperature: number,
  referenceKl: boolean,
): Promise<{ statistics: TokenStatistics; pending: PendingPass }> {
  const { config, parameters, programs, checkpoint } = context
  const statistics = emptyStatistics(countOf(rows), referenceKl)
  const prepared = prepare(config, rows, temperature, context.executor.tokensAtOnce).map(({ piece, batch, inputs }) => {
    return { piece, batch, inputs: { ...inputs, ...dropoutInputs(config, piece.rows, context.dropout) } }
  })
  const layered = recomputes(context, prepared)
  const pieces: PendingPiece[] = []
  for (const { piece, batch, inputs } of prepared) {
    await checkpoint()
    const shape = shapeOf(config, batch, referenceKl)
    const reference = referenceKl ? await referenceHidden(context, { piece, batch, inputs }) : undefined
    const program = layered
      ? await programs(`layeredForward ${keyOf(shape)}`, () => layeredForwardProgram(config, shape))
      : await programs(`forward ${keyOf(shape)}`, () => forwardProgram(config, shape, parameters))
    const residuals = collect(statistics, piece, await program.run({ ...inputs, ...reference }))
    pieces.push({ piece, batch, inputs, shape, layered, residuals: { ...residuals, ...reference } })
  }
  return { statistics, pending: { tokens: statistics.logprobs.length, referenceKl, pieces } }
}

/** Whether the layers of these pieces are computed again in the backward pass. */
export function recomputes(
  { config, gradientCheckpointing }: Pick<PassContext, 'config' | 'gradientCheckpointing'>,
  prepared: readonly PreparedPiece[],
): boolean {
  if (gradientCheckpointing !== 'auto') return gradientCheckpointing === 'on'
  return prepared.reduce((sum, { batch }) => sum + residualBytes(config, batch), 0) > residualBudget
}

const keyOf = ({ blocks, chunks, referenceKl }: StatisticsShape): string =>
  `${blocks} ${chunks}${referenceKl ? ' kl' : ''}`

/** Adds the gradient of the statistics, each times its cotangent, to the gradient state. */
export async function backwardRows(context: PassContext, pending: PendingPass, cotangents: Cotangents): Promise<void> {
  for (const column of Object.values(cotangents) as (Float32Array | undefined)[]) {
    if (column === undefined || column.length === pending.tokens) continue
    throw new Error(`Got ${column.length} cotangents for ${pending.tokens} response tokens.`)
  }
  if (cotangents.dReferenceKls && !pending.referenceKl)
    throw new Error('Got cotangents of the KL to the reference, which the forward pass was not asked for.')
  for (const piece of pending.pieces) {
    await context.checkpoint()
    await backwardPiece(context, piece, cotangents)
  }
}

async function backwardPiece(
  context: PassContext,
  pending: PendingPiece,
  { dLogprobs, dEntropies, dReferenceKls }: Cotangents,
): Promise<void> {
  const { config, parameters, programs } = context
  const { piece, batch, inputs, shape, residuals } = pending
  const column = (all: Float32Array): Tensor => ({ shape: [batch.tokens], data: pick(all, piece) })
  const zeros = () => new Float32Array(dLogprobs.length)
  const cotangents = {
    dLogprobs: column(dLogprobs),
    ...(dEntropies && { dEntropies: column(dEntropies) }),
    ...(shape.referenceKl && { dReferenceKls: column(dReferenceKls ?? zeros()) }),
  }
  const withEntropies = dEntropies !== undefined
  let dEmbedded: Tensor | undefined
  if (pending.layered) dEmbedded = await backwardLayers(context, pending, cotangents)
  else {
    const key = `backward ${keyOf(shape)} ${withEntropies}`
    const program = await programs(key, () => backwardProgram(config, shape, parameters, withEntropies))
    dEmbedded = (await program.run({ ...inputs, ...residuals, ...cotangents })).dEmbedded
  }
  releaseTensors(Object.values(residuals))
  if (!trainsEmbedding(parameters)) return
  const embedding = await programs('embedding', () => embeddingProgram(config))
  await embedding.run({ ids: batch.inputs.ids!, dEmbedded: dEmbedded! })
  releaseTensors([dEmbedded!])
}

/** Gives up a forward pass that no backward pass will read. */
export function releasePending({ pieces }: PendingPass): void {
  for (const { residuals } of pieces) releaseTensors(Object.values(residuals))
}
