/** Programs of generation: prefill, first token, decode step. Rows are left-padded so that all end at one time. */
import { multiplyDims, subtractDims } from '../engine/dims.ts'
import { input, type Program, program, state, type Update, type Value } from '../engine/graph.ts'
import { attention, cachedAttention, type SharedPrompts } from '../engine/ops/attention.ts'
import { div } from '../engine/ops/elementwise.ts'
import { linear } from '../engine/ops/matmul.ts'
import { logSoftmax, topK } from '../engine/ops/reduce.ts'
import { type Draw, type DrawKind, drawTokens } from '../engine/ops/sampling.ts'
import { reshape, slice } from '../engine/ops/structure.ts'
import type { ModelConfig } from './config.ts'
import { embed, transform, vocabularyMatrix, weightsOf } from './decoder.ts'
import { rotation } from './rope.ts'
import { groups } from './training-programs.ts'

/** How tokens are drawn: each variant is a program of its own. */
export interface Sampler {
  readonly kind: DrawKind
  /** Tokens kept by rank in `filtered`; the vocabulary size keeps all. */
  readonly topK: number
  /** How many of the likeliest tokens are told beside the drawn one; absent: none. */
  readonly alternatives?: number
}

/** State group of the caches that programs name; a run may rename it. */
export const cacheGroup = 'cache'

/** State group of the caches of prompts that rows share. */
export const promptGroup = 'prompts'

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
  return program('firstToken', sample(linear(hidden, vocabularyMatrix({ config, weights })), sampler))
}

/**
 * Inputs ids, positions, starts [batch] and those of `sample`: one token per row through all layers over the caches,
 * then the next token's draw. Appends one row to every cache. With `shared`, the caches hold what follows the prompts, which
 * begins at `starts`; the prompts are in caches of their own, and inputs prompts, promptLengths [batch] tell each row's.
 */
export function decodeProgram(config: ModelConfig, sampler: Sampler, shared = false): Program {
  const weights = weightsOf(groups.policy)
  const starts = input('starts', ['batch'], 'int32')
  const width = config.keyValueHeadCount * config.headDim
  const sizes = { ...sizesOf(config), time: 'past', blocks: 1 }
  const updates: Update[] = []
  const past = (name: string, now: Value) => {
    updates.push({ state: name, value: reshape(now, [1, 'batch', width]), mode: 'append' })
    return state(name, ['past', 'batch', width])
  }
  const prompt = (name: string) => state(name, ['longest', 'prompts', width])
  const [entries, lengths] = [input('prompts', ['batch'], 'int32'), input('promptLengths', ['batch'], 'int32')]
  const promptsOf = (layer: number): SharedPrompts => ({
    ...{ entries, lengths },
    keys: prompt(keyCache(layer, promptGroup)),
    values: prompt(valueCache(layer, promptGroup)),
  })
  const hidden = transform(embed(config, groups.policy, input('ids', ['batch'], 'int32')), {
    config,
    weights,
    rotate: rotation(config, input('positions', ['batch'], 'int32')),
    attend: (layer, q, k, v) => {
      const caches = [past(keyCache(layer), k), past(valueCache(layer), v)] as const
      return cachedAttention(q, k, v, ...caches, sizes, starts, shared ? promptsOf(layer) : undefined)
    },
  })
  const logits = linear(hidden, vocabularyMatrix({ config, weights }))
  return program('decode', sample(logits, sampler), updates)
}

/**
 * Draws one token per row of logits [batch, vocabulary]. Outputs `tokens` (int32), `logprobs`, `entropies` [batch]:
 * the statistics are of softmax(logits / temperature) whole, before top-k and top-p cut it. With alternatives also
 * `alternativeIds` (int32) and `alternativeLogprobs` [batch, alternatives].
 */
function sample(logits: Value, sampler: Sampler): Record<string, Value> {
  const temperature = input('temperature', [])
  const drawn = drawTokens(logits, temperature, drawOf(sampler))
  if (!sampler.alternatives) return drawn
  const likeliest = topK(logSoftmax(div(logits, temperature)), sampler.alternatives)
  return { ...drawn, alternativeIds: likeliest.indices, alternativeLogprobs: likeliest.values }
}

function drawOf({ kind, topK: kept }: Sampler): Draw {
  if (kind === 'greedy') return { kind }
  const uniforms = input('uniforms', ['batch'])
  return kind === 'full' ? { kind, uniforms } : { kind, uniforms, topP: input('topP', []), topK: kept }
}
