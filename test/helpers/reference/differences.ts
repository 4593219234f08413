import type { Value } from '../../../src-main/engine/graph.ts'
import { evaluate, type Feeds } from './evaluate.ts'

/**
 * Gradient of Σ outputs[i] · cotangents[i] with respect to the leaf `name` by central differences in float64; an
 * error of about step² remains.
 */
export function centralDifferences(
  outputs: readonly Value[],
  cotangents: readonly ArrayLike<number>[],
  feeds: Feeds,
  name: string,
  step = 1e-5,
): Float64Array {
  const { shape, data } = feeds[name]!
  const objective = (place: number, move: number): number => {
    const moved = Float64Array.from(data)
    moved[place]! += move
    const results = evaluate(outputs, { ...feeds, [name]: { shape, data: moved } })
    return results.reduce((total, result, index) => total + dot(result.data, cotangents[index]!), 0)
  }
  return Float64Array.from(data, (_, place) => (objective(place, step) - objective(place, -step)) / (2 * step))
}

function dot(left: Float64Array, right: ArrayLike<number>): number {
  return left.reduce((total, x, place) => total + x * right[place]!, 0)
}
