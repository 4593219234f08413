import type { Value } from '../engine/graph.ts'
import { add } from '../engine/ops/elementwise.ts'
import { linear } from '../engine/ops/matmul.ts'
import type { LayerContext } from './decoder.ts'

export interface ProjectionOptions {
  /** Output features. */
  readonly width: number
  readonly bias: boolean
  /** Added to the result, [rows, width]. */
  readonly residual?: Value
}

/** A linear module of the model by its Hugging Face name: x [rows, in] → [rows, width]. */
export function project(
  x: Value,
  { weights }: Pick<LayerContext, 'weights'>,
  module: string,
  { width, bias, residual }: ProjectionOptions,
): Value {
  const weight = weights(`${module}.weight`, [width, x.shape[1]!])
  if (!bias) return linear(x, weight, residual)
  const biased = linear(x, weight, weights(`${module}.bias`, [width]))
  return residual ? add(biased, residual) : biased
}
