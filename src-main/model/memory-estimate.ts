/** What the engine will hold, from the graphs that it will run. Bytes. */
import type { Storages } from '../engine/executors/cuda/plan-bytes.ts'
import type { Program } from '../engine/graph.ts'
import type { ModelConfig } from './config.ts'
import { headBackwardProgram, layerBackwardProgram, layeredForwardProgram } from './layered-programs.ts'
import type { Measured, Meter, Sizes } from './memory-meter.ts'
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

export function stateBytes(config: ModelConfig, meter: Meter): StateBytes {
  const trained = trainedTensors(config)
  const expected = expectedTensors(config)
  const total = (shapes: Iterable<readonly number[]>, bytes: (shape: readonly number[]) => number) =>
    [...shapes].reduce((sum, shape) => sum + bytes(shape), 0)
  const frozen = [...expected].filter(([name]) => !trained.has(name)).map(([, shape]) => shape)
  const asFrozen = (shape: readonly number[]) => meter.weight(shape, { trained: false })
  const gradients = total(trained.values(), float32Bytes)
  return {
    weights:
      total(trained.values(), (shape) => meter.weight(shape, { trained: true })) +
      total(frozen, asFrozen) +
      meter.frozenCopy(config),
    gradients,
    moments: 2 * gradients,
    referenceCopy: config.adapter ? 0 : total(expected.values(), asFrozen),
  }
}

const float32Bytes = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 4)

function sizesOf({ batch: { count, tokens, time, blocks, batch } }: PreparedPiece): Sizes {
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
export function scoringBytes(config: ModelConfig, rows: TokenRows, meter: Meter): number {
  const piece = largest(prepare(config, rows, 1, meter.tokensAtOnce))
  if (!piece) return 0
  const { working, outputs } = meter.measure(statisticsProgram(config, shapeOf(config, piece.batch)), sizesOf(piece))
  return working + outputs
}

export interface TrainingBytes {
  /** Results of the forward pass over all rows that the backward pass reads. */
  readonly kept: number
  /** The most that a pass over one piece holds beside them. */
  readonly working: number
  readonly layered: boolean
}

export interface TrainingOptions {
  readonly gradientCheckpointing: GradientCheckpointing
  readonly referenceKl?: boolean
  readonly meter: Meter
}

/** What a forward and backward pass over one micro-batch holds beside state. */
export function trainingBytes(
  config: ModelConfig,
  rows: TokenRows,
  { gradientCheckpointing, referenceKl = false, meter }: TrainingOptions,
): TrainingBytes {
  const pieces = prepare(config, rows, 1, meter.tokensAtOnce)
  const piece = largest(pieces)
  const layered = recomputes({ config, gradientCheckpointing }, pieces)
  if (!piece) return { kept: 0, working: 0, layered }
  const parameters = [...trainedTensors(config)].map(([name, shape]) => ({ name, shape }))
  const shape = shapeOf(config, piece.batch, referenceKl)
  const program = layered ? layeredForwardProgram(config, shape) : forwardProgram(config, shape, parameters)
  const forward = meter.measure(program, sizesOf(piece))
  const backward = backwardPrograms(config, parameters, shape, layered).map((each) => {
    const { working, outputs } = meter.measure(each, sizesOf(piece), leftBy(forward))
    // What a layer's pass begins with is what the one before it left.
    return working + (layered ? 2 : 1) * outputs
  })
  const keptPerToken = forward.outputs / piece.batch.count
  const hidden = referenceKl ? 4 * config.hiddenSize : 0
  const total = (of: 'count' | 'tokens') => pieces.reduce((sum, { batch }) => sum + batch[of], 0)
  return {
    kept: keptPerToken * total('count') + hidden * total('tokens'),
    working: Math.max(forward.working, ...backward),
    layered,
  }
}

/** Storages of what backward programs find on a device: residuals, and what they leave for each other. */
function leftBy({ storages }: Measured): Storages {
  const [storage] = storages.values()
  const between = ['hidden', 'dLeaving', 'dEmbedded'].map((name) => [name, storage!] as const)
  return storage ? new Map([...storages, ...between]) : storages
}

function backwardPrograms(
  config: ModelConfig,
  parameters: Parameters,
  shape: StatisticsShape,
  layered: boolean,
): Program[] {
  const embedding = trainsEmbedding(parameters) ? [embeddingProgram(config)] : []
  const passes = layered
    ? [headBackwardProgram(config, shape, parameters, true), layerBackwardProgram(config, shape.blocks, parameters, 0)]
    : [backwardProgram(config, shape, parameters, true)]
  return [...passes, ...embedding]
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
  meter: Meter,
): GenerationBytes {
  const width = config.keyValueHeadCount * config.headDim
  const perCache = meter.cache(width * rows * (promptTokens + maxTokens))
  const caches = cacheNames(config).length
  const decode = decodeProgram(config, { kind: 'full', topK: 0 })
  const decodeSizes = new Map(Object.entries({ batch: rows, past: promptTokens + maxTokens }))
  const { working, outputs } = meter.measure(decode, decodeSizes)
  return {
    cache: caches * perCache,
    // A cache that is rebuilt exists twice for a moment.
    working: perCache + Math.max(working + outputs, prefillBytes(config, prompts, promptTokens, meter)),
  }
}

function prefillBytes(config: ModelConfig, prompts: number, promptTokens: number, meter: Meter): number {
  const blocks = blocksFor(promptTokens)
  const block = Math.ceil(promptTokens / blocks)
  const batch = Math.max(1, Math.min(prompts, Math.floor(maxPassTokens / promptTokens)))
  const sizes = new Map(Object.entries({ batch, block }))
  const width = config.keyValueHeadCount * config.headDim
  const caches = cacheNames(config).length * meter.cache(width * prompts * promptTokens)
  const { working, outputs } = meter.measure(prefillProgram(config, blocks), sizes)
  return working + outputs + caches
}
