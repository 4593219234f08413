import { randomStream, uniform } from '../util/rng.ts'
import { type Adapter, downName } from './adapter.ts'
import type { ModelConfig } from './config.ts'
import { openWeights, type StoredWeights } from './folder.ts'
import { type DescribedModel, describeModel, type ModelSource, modelFolders } from './model-source.ts'
import { openAdapter } from './peft-folder.ts'
import { trainedTensors } from './tensors.ts'
import { loadTokenizer, type Tokenizer } from './tokenizer.ts'

/** A tensor that can be fetched. */
export interface Fetchable {
  readonly shape: readonly number[]
  read(): Promise<Float32Array<ArrayBuffer>>
}

export interface OpenedModel extends DescribedModel {
  /** The model's own weights. */
  readonly weights: StoredWeights
  /** The adapter's; empty without one. */
  readonly adapterTensors: ReadonlyMap<string, Fetchable>
  readonly tokenizer: Tokenizer
}

/** The tokenizer of a model or an adapter. @throws UserError when a file is missing or damaged. */
export async function loadModelTokenizer(source: ModelSource): Promise<Tokenizer> {
  return loadTokenizer((await modelFolders(source)).tokenizer)
}

/**
 * Opens a model; weights are fetched later, one by one.
 * @throws UserError naming file, key or tensor when something is missing, surplus, not supported or does not fit.
 */
export async function openModel(source: ModelSource): Promise<OpenedModel> {
  const described = await describeModel(source)
  const { folders } = described
  const tokenizer = await loadTokenizer(folders.tokenizer)
  const weights = await openWeights(folders.base, described.config)
  const eosTokenIds = described.config.eosTokenIds.length > 0 ? described.config.eosTokenIds : tokenizer.eosTokenIds
  const config = { ...described.config, eosTokenIds }
  const { adapter } = config
  if (!adapter) return { ...described, config, weights, tokenizer, adapterTensors: new Map() }
  const adapterTensors = folders.adapter
    ? await openAdapter(folders.adapter, trainedTensors(config))
    : newAdapterTensors(config, adapter, source.seed ?? 0)
  return { ...described, config, weights, tokenizer, adapterTensors }
}

/**
 * PEFT's initial adapter: A uniform in ±1/√in, B zero, so that it changes nothing yet. Element i of tensor t is a pure
 * function of (seed, t, i).
 */
function newAdapterTensors(config: ModelConfig, adapter: Adapter, seed: number): ReadonlyMap<string, Fetchable> {
  const downs = new Set([...adapter.modules.keys()].map(downName))
  const tensors = [...trainedTensors(config)].map(([name, shape], tensor): [string, Fetchable] => {
    const [rows, columns] = shape as [number, number]
    const bound = 1 / Math.sqrt(columns)
    const draw = (index: number): number => bound * (2 * uniform(seed, randomStream.adapter, tensor, index) - 1)
    const read = async () =>
      Float32Array.from({ length: rows * columns }, (_, index) => (downs.has(name) ? draw(index) : 0))
    return [name, { shape, read }]
  })
  return new Map(tensors)
}
