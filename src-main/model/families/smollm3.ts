/** SmolLM3 (Bakouch et al. 2025): Llama whose declared layers leave positions out (NoPE, Kazemnejad et al. 2023). */
import type { ConfigValues } from '../config-values.ts'
import { type Family, optionalWindow, plainTraits } from './family.ts'

/** `no_rope_layers` holds a 1 for a layer that is rotated, a 0 for one that is not; else every n-th layer is not. */
function layersWithoutRope(config: ConfigValues, layerCount: number): number[] {
  const layers = Array.from({ length: layerCount }, (_, layer) => layer)
  const declared = config.perLayer('no_rope_layers', layerCount)
  if (declared) return layers.filter((layer) => declared[layer] === 0)
  if (config.raw.no_rope_layer_interval == null)
    return config.refuse(
      'neither no_rope_layers nor no_rope_layer_interval says which layers have no rotary positions. Add one of them.',
    )
  const interval = config.size('no_rope_layer_interval')
  return layers.filter((layer) => (layer + 1) % interval === 0)
}

export const smollm3: Family = {
  architecture: 'SmolLM3ForCausalLM',
  defaults: { tieWordEmbeddings: true, ropeTheta: 2_000_000 },
  traits: (config, layerCount) => {
    const attentionBias = config.flag('attention_bias', false)
    return {
      ...plainTraits,
      queryKeyValueBias: attentionBias,
      outputBias: attentionBias,
      mlpBias: config.flag('mlp_bias', false),
      layersWithoutRope: layersWithoutRope(config, layerCount),
      slidingWindow: optionalWindow(config, layerCount),
    }
  },
}
