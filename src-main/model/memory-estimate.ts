/** What the engine will hold, from the graphs that it will run. Bytes; float32. */
import { outputBytes, peakBytes } from '../engine/liveness.ts'
import type { ModelConfig } from './config.ts'
import { frozenCopyBytes } from './frozen.ts'
import { headBackwardProgram, layerBackwardProgram, layeredForwardProgram } from './layered-programs.ts'
import type { TokenRows } from './policy.ts'
import { maxPassTokens } from './prefill.ts'
import { cacheNames, decodeProgram, prefillProgram } from './sampling-programs.ts'
import { expectedTensors, trainedTensors } from './tensors.ts'
import { blocksFor } from './token-batch.ts'
import { type GradientCheckpointing, type PreparedPiece, prepare, recomputes, shapeOf } from './token-passes.ts'
import {
  backwardProgram,
  embeddingProgram,
  forwardProgram,
  type Parameters,
  type StatisticsShape,
  statisticsProgram,
  trainsEmbedding,
} from './training-programs.ts'

export interface StateBytes {
  /** All weights, an adapter's and the copy built into the program that decodes included. */
  readonly weights: number
  readonly gradients: number
  /** Both moments. */
  readonly moments: number
  /** A frozen copy of the weights; with an adapter the reference costs nothing. */
  readonly referenceCopy: number
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 4)
const totalOf = (shapes: ReadonlyMap<string, readonly number[]>): number =>
  [...shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0)

export function stateBytes(config: ModelConfig): StateBytes {
  const weights = totalOf(expectedTensors(config))
  const trained = totalOf(trainedTensors(config))
  return {
    weights: weights + frozenCopyBytes(config),
    gradients: trained,
    moments: 2 * trained,
    referenceCopy: config.adapter ? 0 : weights,
  }
}

function sizesOf({ batch: { count, tokens, time, blocks, batch } }: PreparedPiece): Map<string, number> {
  return new Map(Object.entries({ rows: count, tokens, block: time / blocks, batch }))
}

/** The piece with the most tokens: the first, since rows are sorted by length, is not always the largest. */
function largest(pieces: readonly PreparedPiece[]): PreparedPiece | undefined {
  return pieces.reduce<PreparedPiece | undefined>(
    (most, piece) => (most && most.batch.count >= piece.batch.count ? most : piece),
    undefined,
  )
}

/** What scoring some rows holds beside weights. */
export function scoringBytes(config: ModelConfig, rows: TokenRows): number {
  const piece = largest(prepare(config, rows, 1))
  return piece ? peakBytes(statisticsProgram(config, shapeOf(config, piece.batch)), sizesOf(piece)) : 0
}

export interface TrainingBytes {
  /** Results of the forward pass over all rows that the backward pass reads. */
  readonly kept: number
  /** The most that a pass over one piece holds beside them. */
  readonly working: number
  readonly layered: boolean
}

/** What a forward and backward pass over one micro-batch holds beside state. */
export function trainingBytes(
  config: ModelConfig,
  rows: TokenRows,
  gradientCheckpointing: GradientCheckpointing,
  referenceKl = false,
): TrainingBytes {
  const pieces = prepare(config, rows, 1)
  const piece = largest(pieces)
  const layered = recomputes({ config, gradientCheckpointing }, pieces)
  if (!piece) return { kept: 0, working: 0, layered }
  const parameters = [...trainedTensors(config)].map(([name, shape]) => ({ name, shape }))
  const shape = shapeOf(config, piece.batch, referenceKl)
  const sizes = sizesOf(piece)
  const forward = layered ? layeredForwardProgram(config, shape) : forwardProgram(config, shape, parameters)
  const keptPerToken = outputBytes(forward, sizes) / piece.batch.count
  const backward = layered
    ? layeredBytes(config, parameters, piece, shape)
    : peakBytes(backwardProgram(config, shape, parameters, true), sizes)
  const embedding = trainsEmbedding(parameters) ? peakBytes(embeddingProgram(config), sizes) : 0
  const hidden = referenceKl ? 4 * config.hiddenSize : 0
  const total = (of: 'count' | 'tokens') => pieces.reduce((sum, { batch }) => sum + batch[of], 0)
  return {
    kept: keptPerToken * total('count') + hidden * total('tokens'),
    working: Math.max(peakBytes(forward, sizes) - keptPerToken * piece.batch.count, backward, embedding),
    layered,
  }
}

function layeredBytes(
  config: ModelConfig,
  parameters: Parameters,
  piece: PreparedPiece,
  shape: StatisticsShape,
): number {
  const sizes = sizesOf(piece)
  const head = peakBytes(headBackwardProgram(config, shape, parameters, true), sizes)
  return Math.max(head, peakBytes(layerBackwardProgram(config, shape.blocks, parameters, 0), sizes))
}

export interface GenerationSize {
  /** Rows that decode side by side. */
  readonly rows: number
  /** Distinct prompts among them. */
  readonly prompts: number
  readonly promptTokens: number
  readonly maxTokens: number
}

export interface GenerationBytes {
  readonly cache: number
  readonly working: number
}

/** What generating holds beside weights. */
export function generationBytes(
  config: ModelConfig,
  { rows, prompts, promptTokens, maxTokens }: GenerationSize,
): GenerationBytes {
  const width = config.keyValueHeadCount * config.headDim
  const perCache = 4 * width * rows * (promptTokens + maxTokens)
  const caches = cacheNames(config).length
  const decode = decodeProgram(config, { kind: 'full', topK: 0 })
  const decodeSizes = new Map(Object.entries({ batch: rows, past: promptTokens + maxTokens }))
  return {
    cache: caches * perCache,
    // A cache that is rebuilt exists twice for a moment.
    working: perCache + Math.max(peakBytes(decode, decodeSizes), prefillBytes(config, prompts, promptTokens)),
  }
}

function prefillBytes(config: ModelConfig, prompts: number, promptTokens: number): number {
  const blocks = blocksFor(promptTokens)
  const block = Math.ceil(promptTokens / blocks)
  const batch = Math.max(1, Math.min(prompts, Math.floor(maxPassTokens / promptTokens)))
  const sizes = new Map(Object.entries({ batch, block }))
  const width = config.keyValueHeadCount * config.headDim
  const caches = 4 * width * cacheNames(config).length * prompts * promptTokens
  return peakBytes(prefillProgram(config, blocks), sizes) + caches
}
