/** Qwen2 and Qwen2.5 (Yang et al. 2024), DeepSeek-R1-Distill-Qwen: biased query, key and value projections. */
import { type Family, optionalWindow, plainDefaults, plainTraits } from './family.ts'

export const qwen2: Family = {
  architecture: 'Qwen2ForCausalLM',
  defaults: plainDefaults,
  traits: (config, layerCount) => ({
    ...plainTraits,
    queryKeyValueBias: true,
    slidingWindow: optionalWindow(config, layerCount),
  }),
}
