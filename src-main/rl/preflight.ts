/**
 * What a run will hold in memory, before it starts: from its config, the model's header and the graphs it will run, with
 * responses that all reach their limit.
 */
import { totalmem } from 'node:os'
import type { RunConfig } from '../../src-preload/contract/config.ts'
import { isCard } from '../../src-preload/contract/device.ts'
import type { ModelEstimate } from '../../src-preload/contract/estimate.ts'
import type { MemoryEstimate } from '../../src-preload/contract/preflight.ts'
import { openDevice } from '../engine/executors/map.ts'
import { productRate } from '../engine/product-rate.ts'
import { type ModelConfig, withoutAdapter } from '../model/config.ts'
import {
  type GenerationSize,
  generationBytes,
  scoringBytes,
  stateBytes,
  trainingBytes,
} from '../model/memory-estimate.ts'
import { cardMeter, hostMeter } from '../model/memory-meter.ts'
import { type OpenedModel, openModel } from '../model/open-model.ts'
import { microBatches, type TokenRow, toTokenRows } from '../model/rows.ts'
import { expectedTensors } from '../model/tensors.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import { type DatasetRow, readDataset } from '../tasks/dataset.ts'
import type { RunPaths } from '../util/resources.ts'
import { dataFacts } from './data-facts.ts'
import { bindMethod } from './methods/map.ts'
import { renderProblems } from './problems.ts'

/** Bytes that a trainer holds without a model, its threads and libraries included. */
const processBytes = 200 * 2 ** 20
/** And per entry of the tokenizer's vocabulary: the maps of its text, held by two threads. */
const vocabularyBytes = 600
/** What the driver takes of a card for a process, and the library of matrix products for its work; an assumption. */
const cardBytes = 500 * 2 ** 20
/** Prompts whose longest stands for all. */
const sampledPrompts = 512

/**
 * Memory, data and work of a run; `timed` also times the machine, about half a second, where the run computes on its CPU.
 * @throws UserError when the model or a dataset cannot be read.
 */
export async function estimateModel(config: RunConfig, paths: RunPaths, timed: boolean): Promise<ModelEstimate> {
  const opened = await openPolicy(config, paths.model)
  const train = await readDataset(paths.train)
  const heldOut = paths.heldOut === null ? null : await readDataset(paths.heldOut)
  return {
    memory: await memoryOf(config, opened, longestPrompt(config, paths.train, train.rows, opened.tokenizer)),
    data: await dataFacts(config, { train, heldOut }, opened.tokenizer),
    // A token passes the base alone: the adapter that the run begins with is small beside it.
    productWeights: productWeights(config.lora ? withoutAdapter(opened.config) : opened.config),
    needsReference: bindMethod(config.method).needsReference,
    productRate: timed && config.device === 'cpu' ? await timeProduct(config.threads) : null,
  }
}

async function timeProduct(threads: number | null): Promise<number> {
  const executor = await openDevice('cpu', threads === null ? {} : { threads })
  const rate = await productRate(executor, 6)
  await executor.dispose()
  return rate
}

/** All matrices but an embedding that only looks up. */
function productWeights(model: ModelConfig): number {
  const matrices = [...expectedTensors(model)].filter(([, shape]) => shape.length === 2)
  const untied = matrices.some(([name]) => name === 'lm_head.weight')
  return matrices
    .filter(([name]) => !untied || name !== 'model.embed_tokens.weight')
    .reduce((sum, [, shape]) => sum + shape.reduce((product, dim) => product * dim, 1), 0)
}

/** @throws UserError when the model or the dataset cannot be read. */
export async function estimateMemory(
  config: RunConfig,
  paths: Pick<RunPaths, 'model' | 'train'>,
): Promise<MemoryEstimate> {
  const opened = await openPolicy(config, paths.model)
  const { rows } = await readDataset(paths.train)
  return memoryOf(config, opened, longestPrompt(config, paths.train, rows, opened.tokenizer))
}

const openPolicy = (config: RunConfig, folder: string): Promise<OpenedModel> =>
  openModel({ folder, ...(config.lora ? { lora: config.lora, seed: config.seed } : {}) })

/** Tokens of the longest of the first prompts that are within the limit. */
function longestPrompt({ data }: RunConfig, path: string, rows: readonly DatasetRow[], tokenizer: Tokenizer): number {
  const options = { promptTemplate: data.prompt_template, maxPromptLength: data.max_prompt_length }
  const { problems } = renderProblems(path, rows, tokenizer, { ...options, limit: sampledPrompts })
  return Math.max(...problems.map(({ promptIds }) => promptIds.length))
}

async function memoryOf(
  config: RunConfig,
  { config: model }: Pick<OpenedModel, 'config'>,
  promptTokens: number,
): Promise<MemoryEstimate> {
  const { rollout, update } = config
  const meter = isCard(config.device) ? cardMeter : hostMeter
  const state = stateBytes(model, meter)
  const rows = fullRows(promptTokens, config)
  const method = bindMethod(config.method)
  const training = trainingBytes(model, rows, {
    ...{ gradientCheckpointing: update.gradient_checkpointing, referenceKl: method.needsReferenceKl, meter },
  })
  const generation = generationBytes(model, generationSize(promptTokens, rollout), meter)
  const scoring = scoringBytes(model, rows, meter)
  const most = Math.max(training.working, generation.working, scoring)
  const working = meter.shared ? [most, most] : [training.working, generation.working]
  const parts = {
    process: processBytes + vocabularyBytes * model.vocabSize,
    weights: state.weights,
    reference: method.needsReference ? state.referenceCopy : 0,
    gradients: state.gradients,
    optimizer: state.moments,
    activations: meter.looseness * Math.max(training.kept + working[0]!, scoring),
    cache: meter.looseness * (generation.cache + working[1]!),
  }
  return {
    parts,
    machine: totalmem(),
    gradientCheckpointing: training.layered,
    ...memoryPeaks(parts, await cardMemory(config.device), config.optimizer),
  }
}

/** The rows that decode side by side, each as long as it may become. */
function generationSize(promptTokens: number, rollout: RunConfig['rollout']): GenerationSize {
  const rows = Math.min(rollout.max_num_seqs, rollout.prompts_per_step * rollout.num_generations)
  const prompts = Math.ceil(rows / rollout.num_generations)
  return { rows, prompts, promptTokens, maxTokens: rollout.max_completion_length }
}

/** What is held at once of the machine's memory and of the card's. */
export function memoryPeaks(
  { process: program, optimizer, activations, cache, ...states }: MemoryEstimate['parts'],
  card: Omit<NonNullable<MemoryEstimate['card']>, 'peak'> | null,
  { offload }: Pick<RunConfig['optimizer'], 'offload'>,
): Pick<MemoryEstimate, 'peak' | 'card'> {
  const computing = Object.values(states).reduce((sum, bytes) => sum + bytes, 0) + Math.max(activations, cache)
  if (!card) return { peak: program + optimizer + computing, card }
  const onCard = cardBytes + computing + (offload ? 0 : optimizer)
  return { peak: program + (offload ? optimizer : 0), card: { ...card, peak: onCard } }
}

/** Without NVML all of the card counts as free. NVIDIA's libraries are loaded only where the device is a card. */
async function cardMemory(device: RunConfig['device']) {
  if (!isCard(device)) return null
  const { cardState } = await import('../engine/executors/cuda/native/card-state.ts')
  const card = cardState(device)
  return card && { name: card.name, total: card.memoryTotal, free: card.memoryFree ?? card.memoryTotal }
}

/** The largest micro-batch: responses of full length. */
function fullRows(promptTokens: number, { rollout, update }: RunConfig) {
  const count = Math.min(update.mini_batch_prompts, rollout.prompts_per_step) * rollout.num_generations
  const row: TokenRow = {
    promptIds: new Int32Array(promptTokens),
    ids: new Int32Array(rollout.max_completion_length),
  }
  return toTokenRows(microBatches(new Array<TokenRow>(count).fill(row), update.micro_batch_tokens)[0]!)
}
