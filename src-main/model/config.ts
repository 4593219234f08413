import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../util/assert.ts'

/** The architecture of a causal language model, read from a Hugging Face folder; sizes in elements. */
export interface ModelConfig {
  readonly architecture: 'qwen2'
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layerCount: number
  readonly headCount: number
  readonly keyValueHeadCount: number
  readonly headDim: number
  readonly rmsNormEps: number
  readonly ropeTheta: number
  readonly maxPositionEmbeddings: number
  readonly tieWordEmbeddings: boolean
  /** True when the query, key and value projections have a bias. */
  readonly attentionBias: boolean
  /** Ids that end a response; empty when no file names one. */
  readonly eosTokenIds: readonly number[]
  readonly bosTokenId?: number
  readonly padTokenId?: number
  /** `config.json` as it is on disk. */
  readonly raw: Readonly<Record<string, unknown>>
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
export function parseModelConfig(
  raw: Readonly<Record<string, unknown>>,
  generation: Readonly<Record<string, unknown>>,
  path: string,
): ModelConfig {
  requireSupported(raw, path)
  const size = (key: string): number => positiveInteger(raw[key], key, path)
  const optionalSize = (key: string, fallback: number): number => (raw[key] == null ? fallback : size(key))
  const hiddenSize = size('hidden_size')
  const headCount = size('num_attention_heads')
  const keyValueHeadCount = optionalSize('num_key_value_heads', headCount)
  if (headCount % keyValueHeadCount !== 0)
    throw new UserError(
      `${path}: num_attention_heads = ${headCount} is not a multiple of num_key_value_heads = ${keyValueHeadCount}. Use a config whose query heads split evenly over the key/value heads.`,
    )
  const bosTokenId = tokenId(generation.bos_token_id ?? raw.bos_token_id)
  const padTokenId = tokenId(generation.pad_token_id ?? raw.pad_token_id)
  return {
    architecture: 'qwen2',
    vocabSize: size('vocab_size'),
    hiddenSize,
    intermediateSize: size('intermediate_size'),
    layerCount: size('num_hidden_layers'),
    headCount,
    keyValueHeadCount,
    headDim: headSize(raw, hiddenSize, headCount, path),
    rmsNormEps: positiveNumber(raw.rms_norm_eps, 'rms_norm_eps', path),
    ropeTheta: ropeTheta(raw, path),
    maxPositionEmbeddings: size('max_position_embeddings'),
    tieWordEmbeddings: raw.tie_word_embeddings === true,
    attentionBias: true,
    eosTokenIds: tokenIds(generation.eos_token_id ?? raw.eos_token_id),
    ...(bosTokenId === undefined ? {} : { bosTokenId }),
    ...(padTokenId === undefined ? {} : { padTokenId }),
    raw,
  }
}

function requireSupported(raw: Readonly<Record<string, unknown>>, path: string): void {
  const architecture = Array.isArray(raw.architectures) ? raw.architectures[0] : undefined
  if (raw.model_type !== 'qwen2' || (architecture !== undefined && architecture !== 'Qwen2ForCausalLM'))
    throw new UserError(
      `${path}: the model is ${String(architecture ?? raw.model_type ?? 'of no stated type')} (model_type ${JSON.stringify(raw.model_type ?? null)}), but only Qwen2ForCausalLM (model_type "qwen2") is supported. Choose a Qwen2 folder.`,
    )
  const activation = raw.hidden_act ?? 'silu'
  if (activation !== 'silu')
    throw new UserError(`${path}: hidden_act is ${JSON.stringify(activation)}, but only "silu" is supported.`)
  if (raw.use_sliding_window === true)
    throw new UserError(`${path}: use_sliding_window is true, but only full attention is supported. Set it to false.`)
}

function headSize(raw: Readonly<Record<string, unknown>>, hiddenSize: number, headCount: number, path: string): number {
  const headDim = raw.head_dim == null ? hiddenSize / headCount : positiveInteger(raw.head_dim, 'head_dim', path)
  if (!Number.isInteger(headDim) || headDim % 2 !== 0)
    throw new UserError(
      `${path}: hidden_size = ${hiddenSize} over num_attention_heads = ${headCount} gives a head size of ${headDim}; rotary embeddings need an even integer.`,
    )
  return headDim
}

function ropeTheta(raw: Readonly<Record<string, unknown>>, path: string): number {
  const parameters = { ...asObject(raw.rope_scaling), ...asObject(raw.rope_parameters) }
  const type = parameters.rope_type ?? parameters.type ?? 'default'
  if (type !== 'default')
    throw new UserError(
      `${path}: rope type ${JSON.stringify(type)} is not supported; only "default" (no scaling of positions) is.`,
    )
  return positiveNumber(parameters.rope_theta ?? raw.rope_theta ?? 10_000, 'rope_theta', path)
}

/**
 * Parses a JSON file that holds an object; a missing file gives `fallback` where there is one.
 * @throws UserError when the file is missing, unreadable or no JSON object.
 */
export async function readJsonObject(
  path: string,
  fallback?: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (fallback && (error as NodeJS.ErrnoException).code === 'ENOENT') return fallback
    throw new UserError(
      `${path} cannot be read (${(error as Error).message}). A model folder holds config.json, model.safetensors and tokenizer.json.`,
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${path} is not valid JSON: ${(error as Error).message}.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(`${path} holds ${Array.isArray(value) ? 'an array' : String(value)}, expected a JSON object.`)
  return value as Record<string, unknown>
}

function positiveInteger(value: unknown, key: string, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new UserError(`${path}: ${key} is ${JSON.stringify(value) ?? 'missing'}, expected a positive integer.`)
}

function positiveNumber(value: unknown, key: string, path: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  throw new UserError(`${path}: ${key} is ${JSON.stringify(value) ?? 'missing'}, expected a positive number.`)
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function tokenId(value: unknown): number | undefined {
  return tokenIds(value)[0]
}

function tokenIds(value: unknown): number[] {
  const ids = Array.isArray(value) ? value : [value]
  return ids.filter((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0)
}
