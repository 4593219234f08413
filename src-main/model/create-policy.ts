/** A policy on an executor: the model's weights, the frozen reference, gradients and optimizer moments as state. */
import { join } from 'node:path'
import type { Executor, Tensor } from '../engine/executor.ts'
import { createOrtExecutor } from '../engine/executors/ort/executor.ts'
import { adamwInputs, adamwProgram, clipFactor, gradientNormProgram } from '../engine/optim.ts'
import { UserError } from '../util/assert.ts'
import type { ModelConfig } from './config.ts'
import { embeddingName } from './decoder.ts'
import { loadModelFolder, loadWeights, type ModelFolder, saveModelFolder } from './folder.ts'
import { generate } from './generate.ts'
import type { GenerateRequest, OptimizerOptions, Policy, TokenRows, TokenStatistics } from './policy.ts'
import { type ProgramCache, programCache } from './program-cache.ts'
import { createRopeState } from './rope.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import { requireRows, type TokenBatch, tokenBatch } from './token-batch.ts'
import {
  backwardProgram,
  embeddingProgram,
  forwardProgram,
  groups,
  logitsProgram,
  statisticsProgram,
  type TrainingShape,
} from './training-programs.ts'

export interface PolicyOptions {
  /** Hugging Face folder. */
  readonly folder: string
  readonly executor?: Executor
  /** Threads of the default executor; absent uses all physical cores. */
  readonly threads?: number
  /** Awaited between blocks of native work: a pause is a promise that stays pending. */
  readonly checkpoint?: () => Promise<void>
}

/** Logits that exist at once in the vocabulary head: tokens × vocabulary. */
const logitsBudget = 8_388_608

const optimizerGroups = { weights: groups.policy, gradients: groups.gradient, moments: groups.moments }

interface Prepared {
  readonly batch: TokenBatch
  readonly inputs: Readonly<Record<string, Tensor>>
}

/** What `backward` needs of the last `forward`. */
interface Pending extends Prepared {
  readonly shape: TrainingShape
  readonly residuals: Readonly<Record<string, Tensor>>
}

/** Residuals of one micro-batch beyond this are computed again instead of kept. */
const residualBudget = 2 ** 30

/** The kept results of all layers: queries, keys, values, attention, gate, up and two residual streams per token. */
function residualBytes(config: ModelConfig, { time, batch }: TokenBatch): number {
  const heads = 2 * config.headCount + 2 * config.keyValueHeadCount
  const width = heads * config.headDim + 2 * config.intermediateSize + 2 * config.hiddenSize
  return 4 * time * batch * width * config.layerCount
}

const keyOf = ({ blocks, chunks, recompute }: TrainingShape): string => `${blocks} ${chunks} ${recompute}`

const emptyStatistics = (): TokenStatistics => ({ logprobs: new Float32Array(0), entropies: new Float32Array(0) })

function statisticsOf({ logprobs, entropies }: Readonly<Record<string, Tensor>>): TokenStatistics {
  return { logprobs: logprobs!.data as Float32Array, entropies: entropies!.data as Float32Array }
}

class LocalPolicy implements Policy {
  readonly #folder: string
  readonly #model: Omit<ModelFolder, 'weights'>
  readonly #parameters: readonly { name: string; shape: readonly number[] }[]
  readonly #executor: Executor
  readonly #programs: ProgramCache
  readonly #checkpoint: () => Promise<void>
  #pending: Pending | undefined
  #step = 0

  constructor(options: PolicyOptions, { weights, ...model }: ModelFolder) {
    this.#folder = options.folder
    this.#model = model
    this.#parameters = [...weights].map(([name, { shape }]) => ({ name, shape }))
    this.#executor = options.executor ?? createOrtExecutor(options.threads ? { threads: options.threads } : {})
    this.#programs = programCache(this.#executor)
    this.#checkpoint = options.checkpoint ?? (() => Promise.resolve())
    for (const [name, { shape, data }] of weights) {
      this.#executor.createState(`${groups.policy}/${name}`, { shape, data })
    }
    createRopeState(this.#executor, model.config)
    this.#clear(groups.gradient)
    for (const group of groups.moments) this.#clear(group)
  }

  /** Sets a group of states to zeros in the shapes of the weights. */
  #clear(group: string): void {
    for (const { name, shape } of this.#parameters) this.#executor.createState(`${group}/${name}`, { shape })
  }

  generate(request: GenerateRequest) {
    const { config, tokenizer } = this.#model
    const context = {
      config,
      executor: this.#executor,
      programs: this.#programs,
      decode: (ids: Int32Array) => tokenizer.decode(ids),
      checkpoint: this.#checkpoint,
    }
    return generate(context, request)
  }

  async score(rows: TokenRows, temperature: number, weights: 'policy' | 'reference'): Promise<TokenStatistics> {
    if (weights === 'reference' && !this.#executor.hasState(`${groups.reference}/${embeddingName}`)) {
      throw new Error('There is no reference yet; call snapshotReference first.')
    }
    return this.#statistics(this.#prepare(rows, temperature), weights)
  }

  #prepare(rows: TokenRows, temperature: number): Prepared {
    requireRows(rows, this.#model.config)
    if (!(temperature > 0)) throw new UserError(`The temperature is ${temperature}, expected more than 0.`)
    const batch = tokenBatch(rows)
    return { batch, inputs: { ...batch.inputs, temperature: { shape: [], data: new Float32Array([temperature]) } } }
  }

  #shapeOf({ blocks, tokens }: TokenBatch) {
    const pieces = Math.ceil((tokens * this.#model.config.vocabSize) / logitsBudget)
    // A power of two, so that few variants are compiled.
    return { blocks, chunks: 2 ** Math.ceil(Math.log2(Math.max(1, pieces))) }
  }

  async #statistics({ batch, inputs }: Prepared, weights: 'policy' | 'reference'): Promise<TokenStatistics> {
    if (batch.tokens === 0) return emptyStatistics()
    const shape = this.#shapeOf(batch)
    const build = () => statisticsProgram(this.#model.config, shape)
    const program = await this.#programs(`statistics ${shape.blocks} ${shape.chunks}`, build)
    return statisticsOf(await program.run(inputs, { rename: { [groups.policy]: groups[weights] } }))
  }

  async forward(rows: TokenRows, temperature: number): Promise<TokenStatistics> {
    const prepared = this.#prepare(rows, temperature)
    const { batch, inputs } = prepared
    const { config } = this.#model
    const recompute = residualBytes(config, batch) > residualBudget
    const shape = { ...this.#shapeOf(batch), recompute }
    this.#pending = { ...prepared, shape, residuals: {} }
    if (batch.tokens === 0) return emptyStatistics()
    const program = await this.#programs(`forward ${keyOf(shape)}`, () =>
      forwardProgram(config, shape, this.#parameters),
    )
    const { logprobs, entropies, ...residuals } = await program.run(inputs)
    this.#pending = { ...prepared, shape, residuals }
    return statisticsOf({ logprobs: logprobs!, entropies: entropies! })
  }

  async backward(dLogprobs: Float32Array, dEntropies: Float32Array | undefined): Promise<void> {
    const pending = this.#pending
    if (!pending) throw new Error('backward needs a forward before it.')
    this.#pending = undefined
    const { batch, inputs, shape, residuals } = pending
    for (const cotangents of [dLogprobs, dEntropies ?? dLogprobs]) {
      if (cotangents.length === batch.tokens) continue
      throw new Error(`Got ${cotangents.length} cotangents for ${batch.tokens} response tokens.`)
    }
    if (batch.tokens === 0) return
    const { config } = this.#model
    const withEntropies = dEntropies !== undefined
    const program = await this.#programs(`backward ${keyOf(shape)} ${withEntropies}`, () =>
      backwardProgram(config, shape, this.#parameters, withEntropies),
    )
    const column = (data: Float32Array): Tensor => ({ shape: [batch.tokens], data })
    const cotangents = { dLogprobs: column(dLogprobs), ...(dEntropies && { dEntropies: column(dEntropies) }) }
    const { dEmbedded } = await program.run({ ...inputs, ...residuals, ...cotangents })
    const embedding = await this.#programs('embedding', () => embeddingProgram(config))
    const ids = { shape: [batch.time * batch.batch], data: batch.inputs.ids!.data }
    await embedding.run({ ids, dEmbedded: dEmbedded! })
  }

  async optimizerStep(options: OptimizerOptions): Promise<{ gradNorm: number; skipped: boolean }> {
    const parameters = this.#parameters
    const norm = await this.#programs('gradientNorm', () => gradientNormProgram(parameters, optimizerGroups))
    const gradNorm = (await norm.run({})).norm!.data[0]!
    const skipped = !Number.isFinite(gradNorm)
    if (!skipped) {
      const { learningRate, betas, eps, weightDecay, maxGradNorm } = options
      const adamw = await this.#programs('adamw', () => adamwProgram(parameters, optimizerGroups))
      const gradientScale = clipFactor(gradNorm, maxGradNorm)
      this.#step++
      await adamw.run(adamwInputs({ learningRate, betas, eps, weightDecay, gradientScale, step: this.#step }))
    }
    this.#clear(groups.gradient)
    return { gradNorm, skipped }
  }

  async snapshotReference(): Promise<void> {
    for (const { name } of this.#parameters) {
      const { shape, data } = this.#executor.readState(`${groups.policy}/${name}`)
      this.#executor.createState(`${groups.reference}/${name}`, { shape, data })
    }
  }

  #read(group: string, prefix = ''): [string, { shape: readonly number[]; data: Float32Array }][] {
    return this.#parameters.map(({ name, shape }) => {
      const { data } = this.#executor.readState(`${group}/${name}`)
      return [`${prefix}${name}`, { shape, data: data as Float32Array }]
    })
  }

  get tokenizer() {
    return this.#model.tokenizer
  }

  /** Logits [tokens, vocabulary] after every token of the rows, row by row: for tests and inspection. */
  async logits(rows: TokenRows): Promise<{ logits: Float32Array }> {
    requireRows(rows, this.#model.config)
    const program = await this.#programs('logits', () => logitsProgram(this.#model.config))
    const results: Float32Array[] = []
    let offset = 0
    for (const [row, promptLength] of rows.promptLengths.entries()) {
      const time = promptLength + rows.responseLengths[row]!
      const ids = { shape: [1, time, 1], data: rows.tokens.slice(offset, offset + time) }
      const positions = { shape: [1, time, 1], data: Int32Array.from({ length: time }, (_, position) => position) }
      results.push((await program.run({ ids, positions })).logits!.data as Float32Array)
      offset += time
    }
    return { logits: Float32Array.from(results.flatMap((part) => [...part])) }
  }

  /** The accumulated gradients by Hugging Face name, as they stand before `optimizerStep`. */
  readGradients(): ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }> {
    return new Map(this.#read(groups.gradient))
  }

  async clearGradients(): Promise<void> {
    this.#clear(groups.gradient)
  }

  async save(folder: string): Promise<void> {
    await saveModelFolder(folder, this.#folder, new Map(this.#read(groups.policy)))
  }

  async loadWeights(folder: string): Promise<void> {
    const weights = await loadWeights(folder, this.#model.config)
    for (const [name, { data }] of weights) this.#executor.writeState(`${groups.policy}/${name}`, data)
  }

  async saveOptimizer(folder: string): Promise<void> {
    const moments = groups.moments.flatMap((group) => this.#read(group, `${group}.`))
    const tensors = new Map<string, { shape: readonly number[]; data: Float32Array | Int32Array }>(moments)
    tensors.set('step', { shape: [], data: new Int32Array([this.#step]) })
    await writeSafetensors(join(folder, 'optimizer.safetensors'), tensors)
  }

  async loadOptimizer(folder: string): Promise<void> {
    const path = join(folder, 'optimizer.safetensors')
    const stored = await readSafetensors(path)
    const find = (name: string, size: number) => {
      const data = stored.get(name)?.data
      if (data?.length === size) return data
      throw new UserError(`${path} has ${data?.length ?? 'no'} numbers in "${name}", expected ${size} for this model.`)
    }
    const moments = groups.moments.flatMap((group) =>
      this.#parameters.map(({ name, shape }) => {
        const size = shape.reduce((product, dim) => product * dim, 1)
        return { state: `${group}/${name}`, data: find(`${group}.${name}`, size) }
      }),
    )
    this.#step = find('step', 1)[0]!
    for (const { state, data } of moments) this.#executor.writeState(state, data)
  }

  async dispose(): Promise<void> {
    await this.#executor.dispose()
  }
}

/**
 * Loads a Hugging Face folder onto an executor (default: onnxruntime on the CPU).
 * @throws UserError for a folder that is no usable model.
 */
export async function createPolicy(options: PolicyOptions): Promise<LocalPolicy> {
  return new LocalPolicy(options, await loadModelFolder(options.folder))
}

export type { LocalPolicy }
