/** Programs of generation: prefill, first token, decode step. Rows are left-padded so that all end at one time. */
import { multiplyDims, subtractDims } from '../engine/dims.ts'
import { input, type Program, program, scalar, state, type Update, type Value } from '../engine/graph.ts'
import { attention, cachedAttention } from '../engine/ops/attention.ts'
import { compare, div, exp, min, mul, where } from '../engine/ops/elementwise.ts'
import { gatherLast } from '../engine/ops/gather.ts'
import { linear } from '../engine/ops/matmul.ts'
import { argmax, cumsum, entropyOf, logSoftmax, topK } from '../engine/ops/reduce.ts'
import { cast, reduceSum, reshape, slice } from '../engine/ops/structure.ts'
import type { ModelConfig } from './config.ts'
import { embed, transform, vocabularyMatrix, weightsOf } from './decoder.ts'
import { rotation } from './rope.ts'
import { groups } from './training-programs.ts'

/** How tokens are drawn: each variant is a program of its own. */
export interface Sampler {
  readonly kind: 'greedy' | 'full' | 'filtered'
  /** Tokens kept by rank in `filtered`; the vocabulary size keeps all. */
  readonly topK: number
  /** How many of the likeliest tokens are told beside the drawn one; absent: none. */
  readonly alternatives?: number
}

/** State group of the caches that programs name; a run may rename it. */
export const cacheGroup = 'cache'

const keyCache = (layer: number, group = cacheGroup) => `${group}/keys.${layer}`
const valueCache = (layer: number, group = cacheGroup) => `${group}/values.${layer}`

export function cacheNames(config: ModelConfig, group = cacheGroup): string[] {
  const layers = Array.from({ length: config.layerCount }, (_, layer) => layer)
  return layers.flatMap((layer) => [keyCache(layer, group), valueCache(layer, group)])
}

function sizesOf({ headCount: heads, keyValueHeadCount: keyValueHeads, headDim }: ModelConfig) {
  return { heads, keyValueHeads, headDim, batch: 'batch' }
}

/**
 * Inputs ids, positions [blocks, block, batch], starts [batch] (each row's first real time). Output `hidden`
 * [batch, hiddenSize]: the states at the last time. Appends every layer's keys and values to the caches.
 */
export function prefillProgram(config: ModelConfig, blocks: number): Program {
  const time = multiplyDims(blocks, 'block')
  const rows = multiplyDims(time, 'batch')
  const flat = (name: string) => reshape(input(name, [blocks, 'block', 'batch'], 'int32'), [rows])
  const weights = weightsOf(groups.policy)
  const starts = input('starts', ['batch'], 'int32')
  const sizes = { ...sizesOf(config), time, blocks }
  const updates: Update[] = []
  const width = config.keyValueHeadCount * config.headDim
  const append = (name: string, value: Value) =>
    updates.push({ state: name, value: reshape(value, [time, 'batch', width]), mode: 'append' })
  const hidden = transform(embed(config, groups.policy, flat('ids')), {
    config,
    weights,
    rotate: rotation(config, flat('positions')),
    attend: (layer, q, k, v) => {
      append(keyCache(layer), k)
      append(valueCache(layer), v)
      return attention(q, k, v, sizes, starts)
    },
  })
  const last = slice(reshape(hidden, [time, 'batch', config.hiddenSize]), 0, subtractDims(time, 1), time)
  return program('prefill', { hidden: reshape(last, ['batch', config.hiddenSize]) }, updates)
}

/** Input hidden [batch, hiddenSize], uniforms [batch], temperature [], topP []: outputs of `sample`. */
export function firstTokenProgram(config: ModelConfig, sampler: Sampler): Program {
  const weights = weightsOf(groups.policy)
  const hidden = input('hidden', ['batch', config.hiddenSize])
  return program('firstToken', sample(linear(hidden, vocabularyMatrix({ config, weights })), sampler, config))
}

/**
 * Inputs ids, positions, starts [batch] and those of `sample`: one token per row through all layers over the caches,
 * then the next token's draw. Appends one row to every cache.
 */
export function decodeProgram(config: ModelConfig, sampler: Sampler): Program {
  const weights = weightsOf(groups.policy)
  const starts = input('starts', ['batch'], 'int32')
  const width = config.keyValueHeadCount * config.headDim
  const sizes = { ...sizesOf(config), time: 'past', blocks: 1 }
  const updates: Update[] = []
  const past = (name: string, now: Value) => {
    updates.push({ state: name, value: reshape(now, [1, 'batch', width]), mode: 'append' })
    return state(name, ['past', 'batch', width])
  }
  const hidden = transform(embed(config, groups.policy, input('ids', ['batch'], 'int32')), {
    config,
    weights,
    rotate: rotation(config, input('positions', ['batch'], 'int32')),
    attend: (layer, q, k, v) =>
      cachedAttention(q, k, v, past(keyCache(layer), k), past(valueCache(layer), v), sizes, starts),
  })
  const logits = linear(hidden, vocabularyMatrix({ config, weights }))
  return program('decode', sample(logits, sampler, config), updates)
}

/**
 * Draws one token per row of logits [batch, vocabulary]. Outputs `tokens` (int32), `logprobs`, `entropies` [batch]:
 * the statistics are of softmax(logits / temperature) whole, before top-k and top-p cut it. With alternatives also
 * `alternativeIds` (int32) and `alternativeLogprobs` [batch, alternatives].
 */
function sample(logits: Value, sampler: Sampler, config: ModelConfig): Record<string, Value> {
  const logProbabilities = logSoftmax(div(logits, input('temperature', [])))
  const tokens = sampler.kind === 'greedy' ? argmax(logits) : draw(exp(logProbabilities), sampler, config.vocabSize)
  const logprobs = reshape(gatherLast(logProbabilities, reshape(tokens, ['batch', 1])), ['batch'])
  const drawn = { tokens, logprobs, entropies: entropyOf(logProbabilities) }
  if (!sampler.alternatives) return drawn
  const likeliest = topK(logProbabilities, sampler.alternatives)
  return { ...drawn, alternativeIds: likeliest.indices, alternativeLogprobs: likeliest.values }
}

function draw(probabilities: Value, sampler: Sampler, vocabSize: number): Value {
  const uniforms = reshape(input('uniforms', ['batch']), ['batch', 1])
  if (sampler.kind === 'full') return inverseCdf(probabilities, uniforms, vocabSize)
  const count = sampler.topK > 0 ? Math.min(sampler.topK, vocabSize) : vocabSize
  const ranked = topK(probabilities, count)
  const mass = reduceSum(ranked.values, [1], true)
  const before = cumsum(ranked.values, 1, { exclusive: true })
  // A token stays while the mass before it is below top-p of what top-k left; the first always stays.
  const stays = compare(before, mul(mass, input('topP', [])), 'less')
  const first = compare(before, 0, 'lessOrEqual')
  const kept = where(stays, ranked.values, where(first, ranked.values, scalar(0)))
  const rank = inverseCdf(kept, uniforms, count)
  return reshape(gatherLast(ranked.indices, reshape(rank, ['batch', 1])), ['batch'])
}

/** The first index whose running sum exceeds u · total, for u in [0, 1). */
function inverseCdf(weights: Value, uniforms: Value, count: number): Value {
  const running = cumsum(weights, 1)
  const total = slice(running, 1, count - 1, count)
  const passed = cast(compare(running, mul(uniforms, total), 'lessOrEqual'), 'int32')
  return min(reduceSum(passed, [1]), count - 1)
}
