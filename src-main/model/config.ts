import { join } from 'node:path'
import type { Adapter } from './adapter.ts'
import { type ConfigValues, configValues } from './config-values.ts'
import type { Family, Traits } from './families/family.ts'
import { families } from './families/map.ts'
import { type JsonObject, readJsonObject } from './json-file.ts'
import { ropeFrequencies } from './rope-types.ts'

/** The architecture of a causal language model, read from a Hugging Face folder; sizes in elements. */
export interface ModelConfig extends Traits {
  /** Class name in transformers. */
  readonly architecture: string
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layerCount: number
  readonly headCount: number
  readonly keyValueHeadCount: number
  readonly headDim: number
  readonly rmsNormEps: number
  /** Rotary frequencies of the headDim / 2 pairs, radians per position. */
  readonly ropeFrequencies: Float64Array
  readonly maxPositionEmbeddings: number
  readonly tieWordEmbeddings: boolean
  /** Ids that end a response; empty when no file names one. */
  readonly eosTokenIds: readonly number[]
  readonly bosTokenId?: number
  readonly padTokenId?: number
  /** The low-rank adapter that is trained in place of the weights; absent: none. */
  readonly adapter?: Adapter
  /** `config.json` as it is on disk. */
  readonly raw: JsonObject
}

/**
 * Reads `config.json` (spelling of transformers 4 and 5) and the end-of-sequence ids of `generation_config.json`,
 * which win over those of `config.json` as in `generate()`.
 * @throws UserError for a missing file, a missing key or an architecture the engine does not compute.
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const path = join(folder, 'config.json')
  const raw = await readJsonObject(path)
  const generation = await readJsonObject(join(folder, 'generation_config.json'), {})
  return parseModelConfig(raw, generation, path)
}

/** `readModelConfig` on parsed files; `path` is named in errors. */
export function parseModelConfig(raw: JsonObject, generation: JsonObject, path: string): ModelConfig {
  const config = configValues(raw, path)
  const family = familyOf(config)
  const hiddenSize = config.size('hidden_size')
  const layerCount = config.size('num_hidden_layers')
  const headCount = config.size('num_attention_heads')
  const keyValueHeadCount = config.size('num_key_value_heads', headCount)
  if (headCount % keyValueHeadCount !== 0)
    config.refuse(
      `num_attention_heads = ${headCount} is not a multiple of num_key_value_heads = ${keyValueHeadCount}. Use a config whose query heads split evenly over the key/value heads.`,
    )
  const headDim = headSize(config, hiddenSize, headCount, family.defaults.headDim)
  const bosTokenId = tokenIds(generation.bos_token_id ?? raw.bos_token_id)[0]
  const padTokenId = tokenIds(generation.pad_token_id ?? raw.pad_token_id)[0]
  return {
    ...family.traits(config, layerCount),
    architecture: family.architecture,
    vocabSize: config.size('vocab_size'),
    hiddenSize,
    intermediateSize: config.size('intermediate_size'),
    layerCount,
    headCount,
    keyValueHeadCount,
    headDim,
    rmsNormEps: config.positive('rms_norm_eps', 1e-6),
    ropeFrequencies: ropeFrequencies(config, headDim, family.defaults.ropeTheta),
    maxPositionEmbeddings: config.size('max_position_embeddings'),
    tieWordEmbeddings: config.flag('tie_word_embeddings', family.defaults.tieWordEmbeddings),
    eosTokenIds: tokenIds(generation.eos_token_id ?? raw.eos_token_id),
    ...(bosTokenId === undefined ? {} : { bosTokenId }),
    ...(padTokenId === undefined ? {} : { padTokenId }),
    raw,
  }
}

/** The same model with the adapter off. */
export function withoutAdapter({ adapter: _, ...config }: ModelConfig): ModelConfig {
  return config
}

/** The family of `model_type`, whose class `architectures` must name where it names one. */
function familyOf(config: ConfigValues): Family {
  const { raw } = config
  const named = Array.isArray(raw.architectures) ? raw.architectures[0] : undefined
  const family = Object.hasOwn(families, String(raw.model_type)) ? families[String(raw.model_type)] : undefined
  if (!family || (named !== undefined && named !== family.architecture)) {
    const known = Object.values(families).map(({ architecture }) => architecture)
    return config.refuse(
      `the model is ${String(named ?? raw.model_type ?? 'of no stated type')} (model_type ${JSON.stringify(raw.model_type ?? null)}), which is not supported. The supported architectures are ${known.join(', ')}.`,
    )
  }
  const activation = raw.hidden_act ?? 'silu'
  if (activation !== 'silu') config.refuse(`hidden_act is ${JSON.stringify(activation)}, but only "silu" is supported.`)
  if (raw.quantization_config != null)
    config.refuse('the weights are quantized (quantization_config). Use the float32, bfloat16 or float16 model.')
  return family
}

function headSize(config: ConfigValues, hiddenSize: number, headCount: number, preset: number | undefined): number {
  const headDim = config.raw.head_dim == null ? (preset ?? hiddenSize / headCount) : config.size('head_dim')
  if (Number.isInteger(headDim) && headDim % 2 === 0) return headDim
  return config.refuse(
    `hidden_size = ${hiddenSize} over num_attention_heads = ${headCount} gives a head size of ${headDim}; rotary embeddings need an even integer.`,
  )
}

function tokenIds(value: unknown): number[] {
  const ids = Array.isArray(value) ? value : [value]
  return ids.filter((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0)
}
