/** Qwen2 (Yang et al. 2024): RMSNorm, grouped-query attention with biased projections, rope, SwiGLU. */
import type { Value } from '../engine/graph.ts'
import { linear } from '../engine/ops/matmul.ts'
import { rmsNorm, swiglu } from '../engine/ops/network.ts'
import type { LayerContext } from './decoder.ts'

/** One layer: hidden [rows, hiddenSize] → [rows, hiddenSize]. */
export function qwen2Layer(hidden: Value, context: LayerContext): Value {
  const { config, index, rotate, attend } = context
  const { headCount, keyValueHeadCount, headDim, hiddenSize, intermediateSize } = config
  const weight = (name: string, ...shape: number[]) => context.weights(`model.layers.${index}.${name}`, shape)
  const project = (x: Value, name: string, width: number) => {
    const bias = config.attentionBias ? weight(`self_attn.${name}.bias`, width) : undefined
    return linear(x, weight(`self_attn.${name}.weight`, width, hiddenSize), bias)
  }
  const attentionInput = rmsNorm(hidden, weight('input_layernorm.weight', hiddenSize), config.rmsNormEps)
  const q = rotate(project(attentionInput, 'q_proj', headCount * headDim), headCount)
  const k = rotate(project(attentionInput, 'k_proj', keyValueHeadCount * headDim), keyValueHeadCount)
  const v = project(attentionInput, 'v_proj', keyValueHeadCount * headDim)
  const attended = attend(index, q, k, v)
  const middle = linear(attended, weight('self_attn.o_proj.weight', hiddenSize, headCount * headDim), hidden)
  const mlpInput = rmsNorm(middle, weight('post_attention_layernorm.weight', hiddenSize), config.rmsNormEps)
  const gate = linear(mlpInput, weight('mlp.gate_proj.weight', intermediateSize, hiddenSize))
  const up = linear(mlpInput, weight('mlp.up_proj.weight', intermediateSize, hiddenSize))
  return linear(swiglu(gate, up), weight('mlp.down_proj.weight', hiddenSize, intermediateSize), middle)
}
