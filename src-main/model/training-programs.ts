/** Programs that score tokens and send cotangents of their statistics back to the weights. */
import { vjp } from '../engine/autodiff.ts'
import { type Dim, multiplyDims } from '../engine/dims.ts'
import { input, type Program, program, type Update, type Value } from '../engine/graph.ts'
import { attention } from '../engine/ops/attention.ts'
import { pickRows, scatterAdd } from '../engine/ops/gather.ts'
import { linear } from '../engine/ops/matmul.ts'
import { reshape } from '../engine/ops/structure.ts'
import { tokenStats } from '../engine/ops/token-stats.ts'
import type { ModelConfig } from './config.ts'
import { embed, embeddingName, transform, vocabularyMatrix, type Weights, weightsOf } from './decoder.ts'
import { rotation } from './rope.ts'

/** State groups; `<group>/<Hugging Face name>`. */
export const groups = {
  policy: 'policy',
  reference: 'reference',
  gradient: 'gradient',
  moments: ['exp_avg', 'exp_avg_sq'],
} as const

interface HiddenGraph {
  readonly rows: Dim
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

/** Inputs ids, positions [blocks, block, batch]; the weights of `policy/…`, which a run may rename. */
function hiddenGraph(config: ModelConfig, blocks: number): HiddenGraph {
  const shape = [blocks, 'block', 'batch']
  const time = multiplyDims(blocks, 'block')
  const rows = multiplyDims(time, 'batch')
  const flat = (name: string) => reshape(input(name, shape, 'int32'), [rows])
  const weights = weightsOf(groups.policy)
  const { headCount: heads, keyValueHeadCount: keyValueHeads, headDim } = config
  const sizes = { time, batch: 'batch', heads, keyValueHeads, headDim, blocks }
  const embedded = embed(config, groups.policy, flat('ids'))
  const hidden = transform(embedded, {
    config,
    weights,
    rotate: rotation(config, flat('positions')),
    attend: (_, q, k, v) => attention(q, k, v, sizes),
  })
  return { rows, weights, embedded, hidden }
}

/** Adds inputs picks, targets [tokens], inverse [rows], temperature []. */
function statisticsGraph(config: ModelConfig, { blocks, chunks }: StatisticsShape): StatisticsGraph {
  const { rows, weights, embedded, hidden } = hiddenGraph(config, blocks)
  const picked = pickRows(hidden, input('picks', ['tokens'], 'int32'), input('inverse', [rows], 'int32'))
  const targets = input('targets', ['tokens'], 'int32')
  const matrix = vocabularyMatrix({ config, weights })
  return { embedded, weights, ...tokenStats(picked, matrix, targets, input('temperature', []), chunks) }
}

/** Output `logits` [rows, vocabulary]. */
export function logitsProgram(config: ModelConfig): Program {
  const { hidden, weights } = hiddenGraph(config, 1)
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
