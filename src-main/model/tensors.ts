import { input, state } from '../engine/graph.ts'
import type { ModelConfig } from './config.ts'
import { embeddingName, transform, vocabularyMatrix, type Weights } from './decoder.ts'

export type TensorShapes = ReadonlyMap<string, readonly number[]>

/** Shape of every weight under its Hugging Face name, in the order of its computation: read off the graph itself. */
export function expectedTensors(config: ModelConfig): TensorShapes {
  const shapes = new Map<string, readonly number[]>()
  const weights: Weights = (name, shape) => {
    shapes.set(name, shape.map(Number))
    return state(name, shape)
  }
  weights(embeddingName, [config.vocabSize, config.hiddenSize])
  const embedded = input('embedded', ['rows', config.hiddenSize])
  transform(embedded, { config, weights, rotate: (x) => x, attend: (_layer, q) => q })
  vocabularyMatrix({ config, weights })
  return shapes
}
