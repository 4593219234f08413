import { normal, randomStream } from '../util/rng.ts'
import type { ModelConfig } from './config.ts'
import type { TensorSource } from './safetensors.ts'
import { expectedTensors } from './tensors.ts'

/**
 * Fresh weights as transformers initialises them: projections and embeddings from a normal distribution of mean 0 and
 * standard deviation `initializer_range` (0.02 where the config is silent), biases 0, norms 1.
 * Element i of tensor t is a pure function of (seed, t, i).
 */
export function initialWeights(config: ModelConfig, seed: number): ReadonlyMap<string, TensorSource> {
  const range = config.raw.initializer_range
  const deviation = typeof range === 'number' ? range : 0.02
  const tensors = [...expectedTensors(config)].map(([name, shape], tensor) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if (name.endsWith('norm.weight')) data.fill(1)
    else if (!name.endsWith('.bias'))
      for (let index = 0; index < data.length; index++)
        data[index] = deviation * normal(seed, randomStream.initialisation, tensor, index)
    return [name, { shape, data }] as const
  })
  return new Map(tensors)
}
