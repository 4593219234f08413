/** A decoder-only transformer as graph; families differ in the traits of their config. */
import type { Shape } from '../engine/dims.ts'
import { state, type Value } from '../engine/graph.ts'
import { gather } from '../engine/ops/gather.ts'
import { rmsNorm } from '../engine/ops/network.ts'
import type { ModelConfig } from './config.ts'
import { decoderLayer } from './layer.ts'

/** A weight of the model by its Hugging Face name. */
export type Weights = (name: string, shape: Shape) => Value

export interface LayerContext {
  readonly config: ModelConfig
  readonly index: number
  readonly weights: Weights
  /** Rotates heads [rows, heads · headDim] to the rows' positions. */
  readonly rotate: (x: Value, heads: number) => Value
  /** Attention of rotated queries and keys; the caller decides about masks and caches. */
  readonly attend: (layer: number, q: Value, k: Value, v: Value) => Value
  /** Hides a part of an adapter's input, in training. */
  readonly hide?: ((x: Value, module: string) => Value) | undefined
}

export type StackContext = Omit<LayerContext, 'index'>

/** Weights as state of a group: `policy/model.norm.weight`. Every call with one name gives one value. */
export function weightsOf(group: string): Weights {
  const known = new Map<string, Value>()
  return (name, shape) => {
    const value = known.get(name) ?? state(`${group}/${name}`, shape)
    known.set(name, value)
    return value
  }
}

export const embeddingName = 'model.embed_tokens.weight'

/** The embedding rows of int32 ids [rows]: [rows, hiddenSize]. A leaf of its own, apart from a tied vocabulary head. */
export function embed(config: ModelConfig, group: string, ids: Value): Value {
  return gather(state(`${group}/${embeddingName}`, [config.vocabSize, config.hiddenSize]), ids)
}

/** One layer of the stack: hidden [rows, hiddenSize] → [rows, hiddenSize]. */
export function layerAt(index: number, hidden: Value, context: StackContext): Value {
  return decoderLayer(hidden, { ...context, index })
}

/** The norm between the last layer and the vocabulary matrix. */
export function lastNorm(hidden: Value, { config, weights }: StackContext): Value {
  return rmsNorm(hidden, weights('model.norm.weight', [config.hiddenSize]), config.rmsNormEps)
}

/** All layers and the last norm: embedded rows to the hidden states that meet the vocabulary matrix. */
export function transform(embedded: Value, context: StackContext): Value {
  let hidden = embedded
  for (let index = 0; index < context.config.layerCount; index++) hidden = layerAt(index, hidden, context)
  return lastNorm(hidden, context)
}

/** The vocabulary matrix [vocabulary, hidden]: the embedding itself where tied. */
export function vocabularyMatrix({ config, weights }: Pick<StackContext, 'config' | 'weights'>): Value {
  return weights(config.tieWordEmbeddings ? embeddingName : 'lm_head.weight', [config.vocabSize, config.hiddenSize])
}
