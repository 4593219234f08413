/** Programs that score tokens and send cotangents of their statistics back to the weights. */
import { vjp } from '../engine/autodiff.ts'
import { multiplyDims } from '../engine/dims.ts'
import { input, type Program, program, type Update, type Value } from '../engine/graph.ts'
import { attention } from '../engine/ops/attention.ts'
import { pickRows, scatterAdd } from '../engine/ops/gather.ts'
import { linear } from '../engine/ops/matmul.ts'
import { reshape } from '../engine/ops/structure.ts'
import { tokenStats } from '../engine/ops/token-stats.ts'
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
import { rotation } from './rope.ts'

/** State groups; `<group>/<Hugging Face name>`. */
export const groups = {
  policy: 'policy',
  reference: 'reference',
  gradient: 'gradient',
  moments: ['exp_avg', 'exp_avg_sq'],
} as const

interface HiddenGraph {
  readonly weights: Weights
  readonly embedded: Value
  readonly hidden: Value
}

interface StatisticsGraph {
  readonly embedded: Value
  readonly weights: Weights
  readonly logprobs: Value
  readonly entropies: Value
}

export interface StatisticsShape {
  readonly blocks: number
  /** Pieces that the vocabulary head cuts the response tokens into. */
  readonly chunks: number
}

/**
 * Attention over packed rows [rows, …] of a `packing`: its inputs `spread`, `returns` [blocks, block, batch] and `places`
 * [rows] lead to the padded layout and back. Everything else of a layer computes on the packed rows alone.
 */
function packedAttention(config: ModelConfig, blocks: number): StackContext['attend'] {
  const time = multiplyDims(blocks, 'block')
  const padded = multiplyDims(time, 'batch')
  const flat = (name: string) => reshape(input(name, [blocks, 'block', 'batch'], 'int32'), [padded])
  const [spread, returns, places] = [flat('spread'), flat('returns'), input('places', ['rows'], 'int32')]
  const { headCount: heads, keyValueHeadCount: keyValueHeads, headDim } = config
  const sizes = { time, batch: 'batch', heads, keyValueHeads, headDim, blocks }
  return (_, ...queriesKeysValues) => {
    const [q, k, v] = queriesKeysValues.map((x) => pickRows(x, spread, places)) as [Value, Value, Value]
    return pickRows(attention(q, k, v, sizes), places, returns)
  }
}

/** Inputs ids, positions [rows] and those of `packedAttention`; the weights of `policy/…`, which a run may rename. */
function hiddenGraph(config: ModelConfig, blocks: number): HiddenGraph {
  const weights = weightsOf(groups.policy)
  const embedded = embed(config, groups.policy, input('ids', ['rows'], 'int32'))
  const hidden = transform(embedded, {
    config,
    weights,
    rotate: rotation(config, input('positions', ['rows'], 'int32')),
    attend: packedAttention(config, blocks),
  })
  return { weights, embedded, hidden }
}

/** Adds inputs picks, targets [tokens], inverse [rows], temperature []. */
function statisticsGraph(config: ModelConfig, { blocks, chunks }: StatisticsShape): StatisticsGraph {
  const { weights, embedded, hidden } = hiddenGraph(config, blocks)
  const picked = pickRows(hidden, input('picks', ['tokens'], 'int32'), input('inverse', ['rows'], 'int32'))
  const targets = input('targets', ['tokens'], 'int32')
  const matrix = vocabularyMatrix({ config, weights })
  return { embedded, weights, ...tokenStats(picked, matrix, targets, input('temperature', []), chunks) }
}

/** Output `logits` [rows, vocabulary]. */
export function logitsProgram(config: ModelConfig, blocks: number): Program {
  const { hidden, weights } = hiddenGraph(config, blocks)
  return program('logits', { logits: linear(hidden, vocabularyMatrix({ config, weights })) })
}

/** Outputs `logprobs`, `entropies` [tokens]. */
export function statisticsProgram(config: ModelConfig, shape: StatisticsShape): Program {
  const { logprobs, entropies } = statisticsGraph(config, shape)
  return program('statistics', { logprobs, entropies })
}

export interface TrainingShape extends StatisticsShape {
  /** True computes the forward pass again in the backward pass instead of keeping its costly results. */
  readonly recompute: boolean
}

interface Gradients extends StatisticsGraph {
  readonly residuals: Readonly<Record<string, Value>>
  /** Of the embedded rows, then of `trained`. */
  readonly gradients: readonly Value[]
}

/** The weights by Hugging Face name. */
export type Parameters = readonly { readonly name: string; readonly shape: readonly number[] }[]

/** The parameters whose gradient the backward program makes; embedding rows that are not also the head's come apart. */
function trainedOf(config: ModelConfig, parameters: Parameters): Parameters {
  return parameters.filter(({ name }) => name !== embeddingName || config.tieWordEmbeddings)
}

function gradientGraph(
  config: ModelConfig,
  shape: TrainingShape,
  parameters: Parameters,
  withEntropies: boolean,
): Gradients {
  const graph = statisticsGraph(config, shape)
  const cotangents = [input('dLogprobs', ['tokens']), withEntropies ? input('dEntropies', ['tokens']) : undefined]
  const wrt = trainedOf(config, parameters).map(({ name, shape }) => graph.weights(name, shape))
  const keep = shape.recompute ? () => false : undefined
  return { ...graph, ...vjp([graph.logprobs, graph.entropies], cotangents, [graph.embedded, ...wrt], keep) }
}

/** The statistics program that also returns what the backward program of the same shape takes: `residual…`. */
export function forwardProgram(config: ModelConfig, shape: TrainingShape, parameters: Parameters): Program {
  const { logprobs, entropies, residuals } = gradientGraph(config, shape, parameters, true)
  return program('forward', { logprobs, entropies, ...residuals })
}

/**
 * Inputs as the statistics program, with the residuals, dLogprobs and (where asked) dEntropies [tokens]. Adds every
 * weight's gradient to `gradient/…` and returns `dEmbedded` [rows, hiddenSize] for `embeddingProgram`.
 */
export function backwardProgram(
  config: ModelConfig,
  shape: TrainingShape,
  parameters: Parameters,
  withEntropies: boolean,
): Program {
  const { gradients } = gradientGraph(config, shape, parameters, withEntropies)
  const updates = trainedOf(config, parameters).map(
    ({ name }, index): Update => ({
      state: `${groups.gradient}/${name}`,
      value: gradients[index + 1]!,
      mode: 'accumulate',
    }),
  )
  return program('backward', { dEmbedded: gradients[0]! }, updates)
}

/** Inputs ids, dEmbedded [rows, …]; adds the embedding rows' gradient. Apart, because it runs on one thread. */
export function embeddingProgram(config: ModelConfig): Program {
  const ids = input('ids', ['rows'], 'int32')
  const dEmbedded = input('dEmbedded', ['rows', config.hiddenSize])
  const value = scatterAdd(ids, dEmbedded, config.vocabSize)
  return program('embeddingGradient', {}, [{ state: `${groups.gradient}/${embeddingName}`, value, mode: 'accumulate' }])
}
