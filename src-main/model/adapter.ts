/**
 * Low-rank adapters (Hu et al. 2021, "LoRA", arXiv 2106.09685): a linear module W gets two small matrices A and B beside
 * it, y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ, and only they are trained. s is alpha / r, or alpha / √r (rank-stabilised, Kalajdzievski
 * 2023). Their tensors bear PEFT's names without its prefix: `model.layers.0.self_attn.q_proj.lora_A.weight`.
 */

export interface LowRank {
  readonly rank: number
  /** Factor on the module's low-rank product. */
  readonly scale: number
}

export interface Adapter {
  /** The adapted modules by Hugging Face name. */
  readonly modules: ReadonlyMap<string, LowRank>
  /** Share of a module's inputs that the adapter does not see in training, 0 to below 1. */
  readonly dropout: number
}

/** Settings of a new adapter, under PEFT's names. */
export interface LoraOptions {
  readonly r: number
  readonly lora_alpha: number
  readonly use_rslora: boolean
  readonly lora_dropout: number
  readonly target_modules: readonly string[]
}

/** A, a tensor [rank, in]. */
export const downName = (module: string): string => `${module}.lora_A.weight`
/** B, a tensor [out, rank]. */
export const upName = (module: string): string => `${module}.lora_B.weight`
export const isAdapterTensor = (name: string): boolean => /\.lora_[AB]\.weight$/.test(name)
