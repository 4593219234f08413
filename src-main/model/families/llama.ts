/** Llama 2 and 3 (Touvron et al. 2023, Grattafiori et al. 2024), SmolLM and SmolLM2. */
import { type Family, plainDefaults, plainTraits } from './family.ts'

export const llama: Family = {
  architecture: 'LlamaForCausalLM',
  defaults: plainDefaults,
  traits: (config) => {
    const attentionBias = config.flag('attention_bias', false)
    return {
      ...plainTraits,
      queryKeyValueBias: attentionBias,
      outputBias: attentionBias,
      mlpBias: config.flag('mlp_bias', false),
    }
  },
}
