import type { Value } from '../engine/graph.ts'
import { add } from '../engine/ops/elementwise.ts'
import { linear, matmul } from '../engine/ops/matmul.ts'
import { downName, upName } from './adapter.ts'
import type { LayerContext } from './decoder.ts'

export interface ProjectionOptions {
  /** Output features. */
  readonly width: number
  readonly bias: boolean
  /** Added to the result, [rows, width]. */
  readonly residual?: Value
}

/** A linear module of the model by its Hugging Face name, with its adapter: x [rows, in] → [rows, width]. */
export function project(x: Value, context: LayerContext, module: string, options: ProjectionOptions): Value {
  const { config, weights, hide } = context
  const frozen = withoutLowRank(x, context, module, options)
  const low = config.adapter?.modules.get(module)
  if (!low) return frozen
  const down = weights(downName(module), [low.rank, x.shape[1]!])
  const seen = hide ? hide(x, module) : x
  const up = weights(upName(module), [options.width, low.rank])
  return linear(matmul(seen, down, { transB: true, alpha: low.scale }), up, frozen)
}

function withoutLowRank(
  x: Value,
  { weights }: LayerContext,
  module: string,
  { width, bias, residual }: ProjectionOptions,
): Value {
  const weight = weights(`${module}.weight`, [width, x.shape[1]!])
  if (!bias) return linear(x, weight, residual)
  const biased = linear(x, weight, weights(`${module}.bias`, [width]))
  return residual ? add(biased, residual) : biased
}
