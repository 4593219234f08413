import type { ConfigValues } from '../config-values.ts'

/** What sets one decoder-only transformer apart from another; the rest is sizes. */
export interface Traits {
  readonly queryKeyValueBias: boolean
  /** Bias of the attention's output projection. */
  readonly outputBias: boolean
  readonly mlpBias: boolean
  /** RMSNorm of each query and each key head, before the rotation. */
  readonly queryKeyNorm: boolean
  /** Layers whose queries and keys are not rotated to their positions. */
  readonly layersWithoutRope: readonly number[]
  /** Tokens that some layer attends back over; Infinity when every layer sees the whole past. */
  readonly slidingWindow: number
}

export interface FamilyDefaults {
  readonly tieWordEmbeddings: boolean
  readonly ropeTheta: number
  /** Absent: the hidden size over the heads. */
  readonly headDim?: number
}

/** An architecture of Hugging Face transformers. */
export interface Family {
  /** The class that `architectures` of config.json names. */
  readonly architecture: string
  /** What the class takes for keys that config.json leaves out. */
  readonly defaults: FamilyDefaults
  /** Reads what is the family's own in config.json, with the defaults of its class. */
  traits(config: ConfigValues, layerCount: number): Traits
}

/** The plain one: no biases, no norms of heads, every layer rotated and with the whole past in sight. */
export const plainTraits: Traits = {
  queryKeyValueBias: false,
  outputBias: false,
  mlpBias: false,
  queryKeyNorm: false,
  layersWithoutRope: [],
  slidingWindow: Number.POSITIVE_INFINITY,
}

export const plainDefaults: FamilyDefaults = { tieWordEmbeddings: false, ropeTheta: 10_000 }

/**
 * The window of the families that slide in some layers: those that `layer_types` names or, in older files, those from
 * `max_window_layers` on; only where `use_sliding_window` is true.
 */
export function optionalWindow(config: ConfigValues, layerCount: number): number {
  if (!config.flag('use_sliding_window', false) || config.raw.sliding_window == null) return Number.POSITIVE_INFINITY
  const types = config.perLayer('layer_types', layerCount)
  const slides = types ? types.includes('sliding_attention') : config.size('max_window_layers', 28) < layerCount
  return slides ? config.size('sliding_window') : Number.POSITIVE_INFINITY
}
