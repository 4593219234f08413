/** Mistral (Jiang et al. 2023): every layer slides over `sliding_window` tokens, 4096 where config.json is silent. */
import { type Family, plainDefaults, plainTraits } from './family.ts'

export const mistral: Family = {
  architecture: 'MistralForCausalLM',
  defaults: plainDefaults,
  traits: (config) => ({
    ...plainTraits,
    slidingWindow: config.raw.sliding_window === null ? Number.POSITIVE_INFINITY : config.size('sliding_window', 4096),
  }),
}
