/** Programs that score tokens and send cotangents of their statistics back to the weights. */
import { vjp } from '../engine/autodiff.ts'
import { multiplyDims } from '../engine/dims.ts'
import { input, type Program, program, type Update, type Value } from '../engine/graph.ts'
import { pickRows, scatterAdd } from '../engine/ops/gather.ts'
import { linear } from '../engine/ops/matmul.ts'
import { packedAttention } from '../engine/ops/packed-attention.ts'
import { reshape } from '../engine/ops/structure.ts'
import { tokenKl } from '../engine/ops/token-kl.ts'
import { tokenMoments } from '../engine/ops/token-moments.ts'
import { tokenStats } from '../engine/ops/token-stats.ts'
import { tokenTop } from '../engine/ops/token-top.ts'
import type { ModelConfig } from './config.ts'
import {
  embed,
  embeddingName,
  type StackContext,
  transform,
  vocabularyMatrix,
  type Weights,
  weightsOf,
} from './decoder.ts'
import { dropoutOf } from './dropout.ts'
import { rotation } from './rope.ts'

/** State groups; `<group>/<Hugging Face name>`. */
export const groups = {
  policy: 'policy',
  reference: 'reference',
  gradient: 'gradient',
  moments: ['exp_avg', 'exp_avg_sq'],
} as const

interface StatisticsGraph {
  readonly embedded: Value
  readonly weights: Weights
  readonly statistics: HeadStatistics
}

/** What the vocabulary head says of the response tokens, [tokens] each. */
interface HeadStatistics {
  readonly logprobs: Value
  readonly entropies: Value
  readonly referenceKls?: Value
}

export interface StatisticsShape {
  readonly blocks: number
  /** Pieces that the vocabulary head cuts the response tokens into. */
  readonly chunks: number
  /** Whether the KL to the reference is computed over the whole vocabulary; it needs the reference's hidden states. */
  readonly referenceKl: boolean
}

/**
 * Attention over packed rows [rows, …] of a `packing`: its inputs `spread`, `returns` [blocks, block, batch] and `places`
 * [rows] lead to the padded layout and back. Everything else of a layer computes on the packed rows alone.
 */
function attendPacked(config: ModelConfig, blocks: number): StackContext['attend'] {
  const time = multiplyDims(blocks, 'block')
  const padded = multiplyDims(time, 'batch')
  const flat = (name: string) => reshape(input(name, [blocks, 'block', 'batch'], 'int32'), [padded])
  const [spread, returns, places] = [flat('spread'), flat('returns'), input('places', ['rows'], 'int32')]
  const { headCount: heads, keyValueHeadCount: keyValueHeads, headDim } = config
  const sizes = { time, batch: 'batch', heads, keyValueHeads, headDim, blocks }
  return (_, q, k, v) => packedAttention(q, k, v, { spread, places, returns }, sizes)
}

/**
 * What the layers over packed rows need: inputs positions [rows] and those of `attendPacked`; `policy/…` weights. In
 * training an adapter may have dropout, which adds the inputs of `dropoutInputs`.
 */
export function packedStack(config: ModelConfig, blocks: number, mode: 'scoring' | 'training'): StackContext {
  return {
    config,
    weights: weightsOf(groups.policy),
    rotate: rotation(config, input('positions', ['rows'], 'int32')),
    attend: attendPacked(config, blocks),
    hide: mode === 'training' ? dropoutOf(config) : undefined,
  }
}

/** The embedded rows of the input ids [rows]. */
export function embeddedRows(config: ModelConfig): Value {
  return embed(config, groups.policy, input('ids', ['rows'], 'int32'))
}

type HeadContext = Pick<StackContext, 'config' | 'weights'>
type HeadOperands = readonly [picked: Value, matrix: Value, temperature: Value]

/** The rows that predict a response token: inputs picks [tokens], inverse [rows]. */
const pickedRows = (hidden: Value): Value =>
  pickRows(hidden, input('picks', ['tokens'], 'int32'), input('inverse', ['rows'], 'int32'))

/** What the vocabulary head computes from: inputs those of `pickedRows` and temperature []. */
function headOperands(hidden: Value, context: HeadContext): HeadOperands {
  return [pickedRows(hidden), vocabularyMatrix(context), input('temperature', [])]
}

/**
 * The vocabulary head over normed hidden rows; inputs targets [tokens], those of its operands and, for the KL to the
 * reference, what `hiddenProgram` makes of its weights.
 */
export function headStatistics(hidden: Value, context: HeadContext, shape: StatisticsShape): HeadStatistics {
  return statisticsOf(headOperands(hidden, context), context, shape)
}

function statisticsOf(
  [picked, matrix, temperature]: HeadOperands,
  { config }: HeadContext,
  { chunks, referenceKl }: StatisticsShape,
): HeadStatistics {
  const statistics = tokenStats(picked, matrix, input('targets', ['tokens'], 'int32'), temperature, chunks)
  if (!referenceKl) return statistics
  const reference = {
    hidden: input('referenceHidden', ['tokens', config.hiddenSize]),
    // An adapter leaves the vocabulary matrix as it is.
    weight: config.adapter ? matrix : vocabularyMatrix({ config, weights: weightsOf(groups.reference) }),
  }
  return { ...statistics, referenceKls: tokenKl(picked, matrix, reference, temperature, chunks) }
}

function statisticsGraph(config: ModelConfig, shape: StatisticsShape): StatisticsGraph {
  const context = packedStack(config, shape.blocks, 'training')
  const embedded = embeddedRows(config)
  return {
    embedded,
    weights: context.weights,
    statistics: headStatistics(transform(embedded, context), context, shape),
  }
}

/** Output `referenceHidden` [tokens, hiddenSize]: what meets the vocabulary matrix at the response tokens. */
export function hiddenProgram(config: ModelConfig, blocks: number): Program {
  const hidden = transform(embeddedRows(config), packedStack(config, blocks, 'scoring'))
  return program('hidden', { referenceHidden: pickedRows(hidden) })
}

/** Outputs `squares`, `cubes` [tokens]; inputs as the statistics program, without targets. */
export function momentsProgram(config: ModelConfig, { blocks, chunks }: StatisticsShape): Program {
  const context = packedStack(config, blocks, 'scoring')
  const { squares, cubes } = tokenMoments(...headOperands(transform(embeddedRows(config), context), context), chunks)
  return program('moments', { squares, cubes })
}

/** Output `logits` [rows, vocabulary]. */
export function logitsProgram(config: ModelConfig, blocks: number): Program {
  const context = packedStack(config, blocks, 'scoring')
  return program('logits', { logits: linear(transform(embeddedRows(config), context), vocabularyMatrix(context)) })
}

/**
 * Outputs `logprobs`, `entropies` and, where asked, `referenceKls` [tokens]; with a count also `alternativeIds`,
 * `alternativeLogprobs` [tokens, count].
 */
export function statisticsProgram(config: ModelConfig, shape: StatisticsShape, count = 0): Program {
  const context = packedStack(config, shape.blocks, 'scoring')
  const operands = headOperands(transform(embeddedRows(config), context), context)
  const statistics = statisticsOf(operands, context, shape)
  if (count === 0) return program('statistics', { ...statistics })
  const likeliest = tokenTop(...operands, count, shape.chunks)
  return program('statistics', {
    ...statistics,
    alternativeIds: likeliest.ids,
    alternativeLogprobs: likeliest.logprobs,
  })
}

interface Gradients extends StatisticsGraph {
  readonly residuals: Readonly<Record<string, Value>>
  /** Of what is trained. */
  readonly gradients: readonly Value[]
  /** Of the embedded rows, where the embedding is trained. */
  readonly dEmbedded: Value | undefined
}

/** The weights by Hugging Face name. */
export type Parameters = readonly { readonly name: string; readonly shape: readonly number[] }[]

/** The parameters whose gradient the backward program makes; embedding rows that are not also the head's come apart. */
export function trainedOf(config: ModelConfig, parameters: Parameters): Parameters {
  return parameters.filter(({ name }) => name !== embeddingName || config.tieWordEmbeddings)
}

/** Whether the embedding is trained, and so needs the gradient of the embedded rows. */
export function trainsEmbedding(parameters: Parameters): boolean {
  return parameters.some(({ name }) => name === embeddingName)
}

/** Inputs dLogprobs and, where asked, dEntropies and dReferenceKls [tokens]. */
export function statisticsCotangents(withEntropies: boolean, { referenceKl }: StatisticsShape): (Value | undefined)[] {
  const dEntropies = withEntropies ? input('dEntropies', ['tokens']) : undefined
  return [input('dLogprobs', ['tokens']), dEntropies, ...(referenceKl ? [input('dReferenceKls', ['tokens'])] : [])]
}

/** Adds gradients to `gradient/…`, in the order of the parameters. */
export function gradientUpdates(parameters: Parameters, gradients: readonly Value[]): Update[] {
  return parameters.map(({ name }, index) => ({
    state: `${groups.gradient}/${name}`,
    value: gradients[index]!,
    mode: 'accumulate',
  }))
}

function gradientGraph(
  config: ModelConfig,
  shape: StatisticsShape,
  parameters: Parameters,
  withEntropies: boolean,
): Gradients {
  const graph = statisticsGraph(config, shape)
  const trained = trainedOf(config, parameters)
  const wrt = trained.map(({ name, shape }) => graph.weights(name, shape))
  const embedded = trainsEmbedding(parameters) ? [graph.embedded] : []
  const outputs: Value[] = Object.values(graph.statistics)
  const { residuals, gradients } = vjp(outputs, statisticsCotangents(withEntropies, shape), [...wrt, ...embedded])
  return { ...graph, residuals, gradients: gradients.slice(0, wrt.length), dEmbedded: gradients[wrt.length] }
}

/** The statistics program that also returns what the backward program of the same shape takes: `residual…`. */
export function forwardProgram(config: ModelConfig, shape: StatisticsShape, parameters: Parameters): Program {
  const { statistics, residuals } = gradientGraph(config, shape, parameters, true)
  return program('forward', { ...statistics, ...residuals })
}

/**
 * Inputs as the statistics program, with the residuals and those of `statisticsCotangents`. Adds every
 * trained weight's gradient to `gradient/…` and returns, where the embedding is trained, `dEmbedded` [rows, hiddenSize]
 * for `embeddingProgram`.
 */
export function backwardProgram(
  config: ModelConfig,
  shape: StatisticsShape,
  parameters: Parameters,
  withEntropies: boolean,
): Program {
  const { gradients, dEmbedded } = gradientGraph(config, shape, parameters, withEntropies)
  const updates = gradientUpdates(trainedOf(config, parameters), gradients)
  return program('backward', dEmbedded ? { dEmbedded } : {}, updates)
}

/** Inputs ids, dEmbedded [rows, …]; adds the embedding rows' gradient. Apart, because it runs on one thread. */
export function embeddingProgram(config: ModelConfig): Program {
  const ids = input('ids', ['rows'], 'int32')
  const dEmbedded = input('dEmbedded', ['rows', config.hiddenSize])
  const value = scatterAdd(ids, dEmbedded, config.vocabSize)
  return program('embeddingGradient', {}, [{ state: `${groups.gradient}/${embeddingName}`, value, mode: 'accumulate' }])
}
