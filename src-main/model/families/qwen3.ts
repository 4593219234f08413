/** Qwen3 (Yang et al. 2025): RMSNorm of each query and key head, a head size of its own. */
import { type Family, optionalWindow, plainDefaults, plainTraits } from './family.ts'

export const qwen3: Family = {
  architecture: 'Qwen3ForCausalLM',
  defaults: { ...plainDefaults, headDim: 128 },
  traits: (config, layerCount) => {
    const attentionBias = config.flag('attention_bias', false)
    return {
      ...plainTraits,
      queryKeyValueBias: attentionBias,
      outputBias: attentionBias,
      queryKeyNorm: true,
      slidingWindow: optionalWindow(config, layerCount),
    }
  },
}
