import { input, state } from '../engine/graph.ts'
import { UserError } from '../util/assert.ts'
import { isAdapterTensor } from './adapter.ts'
import { type ModelConfig, withoutAdapter } from './config.ts'
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

/** Weights that training changes, in the order of their computation: the adapter's, or all. */
export function trainedTensors(config: ModelConfig): TensorShapes {
  const all = expectedTensors(config)
  return config.adapter ? new Map([...all].filter(([name]) => isAdapterTensor(name))) : all
}

/** The linear modules of the layers, which adapters may sit on: shape [out, in] by name. */
export function linearModules(config: ModelConfig): TensorShapes {
  const suffix = '.weight'
  const matrices = [...expectedTensors(withoutAdapter(config))].filter(
    ([name, shape]) => name.startsWith('model.layers.') && name.endsWith(suffix) && shape.length === 2,
  )
  return new Map(matrices.map(([name, shape]) => [name.slice(0, -suffix.length), shape]))
}

/** Throws a UserError naming the first tensor that is missing, surplus or of another shape than expected. */
export function requireTensors(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  expected: TensorShapes,
  folder: string,
): void {
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name)
    if (!tensor)
      throw new UserError(
        `${folder}: the weights hold no tensor "${name}", which the config calls for with shape [${shape}].`,
      )
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
      throw new UserError(
        `${folder}: tensor "${name}" has shape [${tensor.shape}], but the config calls for [${shape}]. Config and weights are of different models.`,
      )
  }
  for (const name of tensors.keys())
    if (!expected.has(name))
      throw new UserError(
        `${folder}: the weights hold a tensor "${name}" that the config has no place for. Config and weights are of different models.`,
      )
}
