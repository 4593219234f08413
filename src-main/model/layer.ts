/** The layer that all families share: RMSNorm, grouped-query attention, rotary positions, SwiGLU (Touvron et al. 2023). */
import { multiplyDims } from '../engine/dims.ts'
import type { Value } from '../engine/graph.ts'
import { rmsNorm, swiglu } from '../engine/ops/network.ts'
import { reshape } from '../engine/ops/structure.ts'
import type { LayerContext } from './decoder.ts'
import { project } from './projection.ts'

/** One layer: hidden [rows, hiddenSize] → [rows, hiddenSize]. */
export function decoderLayer(hidden: Value, context: LayerContext): Value {
  const { config, index } = context
  const layer = `model.layers.${index}`
  const middle = attentionBlock(hidden, context, `${layer}.self_attn`)
  const x = norm(middle, context, `${layer}.post_attention_layernorm`, config.hiddenSize)
  const inner = { width: config.intermediateSize, bias: config.mlpBias }
  const gate = project(x, context, `${layer}.mlp.gate_proj`, inner)
  const up = project(x, context, `${layer}.mlp.up_proj`, inner)
  const outer = { width: config.hiddenSize, bias: config.mlpBias, residual: middle }
  return project(swiglu(gate, up), context, `${layer}.mlp.down_proj`, outer)
}

/** Attention with its norm and its residual connection. */
function attentionBlock(hidden: Value, context: LayerContext, module: string): Value {
  const { config, index, attend } = context
  const { headCount, keyValueHeadCount, headDim, hiddenSize } = config
  const x = norm(hidden, context, `model.layers.${index}.input_layernorm`, hiddenSize)
  const heads = (name: string, count: number) =>
    project(x, context, `${module}.${name}_proj`, { width: count * headDim, bias: config.queryKeyValueBias })
  const placed = (name: 'q' | 'k', count: number) =>
    rotated(headNorm(heads(name, count), context, `${module}.${name}_norm`, count), context, count)
  const attended = attend(index, placed('q', headCount), placed('k', keyValueHeadCount), heads('v', keyValueHeadCount))
  return project(attended, context, `${module}.o_proj`, {
    width: hiddenSize,
    bias: config.outputBias,
    residual: hidden,
  })
}

function norm(x: Value, { config, weights }: LayerContext, module: string, width: number): Value {
  return rmsNorm(x, weights(`${module}.weight`, [width]), config.rmsNormEps)
}

/** The norm of each head of [rows, heads · headDim], where the family has one. */
function headNorm(x: Value, context: LayerContext, module: string, heads: number): Value {
  const { queryKeyNorm, headDim } = context.config
  if (!queryKeyNorm) return x
  const apart = reshape(x, [multiplyDims(x.shape[0]!, heads), headDim])
  return reshape(norm(apart, context, module, headDim), x.shape)
}

function rotated(x: Value, { config, index, rotate }: LayerContext, heads: number): Value {
  return config.layersWithoutRope.includes(index) ? x : rotate(x, heads)
}
