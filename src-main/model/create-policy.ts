/** A policy on an executor: the model's weights, the frozen reference, gradients and optimizer moments as state. */
import type { Executor } from '../engine/executor.ts'
import { type DeviceName, openDevice } from '../engine/executors/map.ts'
import { adamwInputs, adamwProgram, clipFactor, gradientNormProgram } from '../engine/optim.ts'
import { embeddingName } from './decoder.ts'
import { createDropoutState } from './dropout.ts'
import { openWeights, saveModelFolder } from './folder.ts'
import { frozenStates } from './frozen.ts'
import { generate } from './generate.ts'
import type { Row } from './generation-rows.ts'
import type { ModelSource } from './model-source.ts'
import { type Fetchable, type OpenedModel, openModel } from './open-model.ts'
import { loadOptimizerState, saveOptimizerState } from './optimizer-state.ts'
import { openAdapter, saveAdapter } from './peft-folder.ts'
import type {
  GeneratedRow,
  GenerateRequest,
  OptimizerOptions,
  Policy,
  ScoredTokens,
  TokenMoments,
  TokenRows,
  TokenStatistics,
} from './policy.ts'
import { type ProgramCache, programCache } from './program-cache.ts'
import { createRopeState } from './rope.ts'
import type { TensorSource } from './safetensors.ts'
import { trainedTensors } from './tensors.ts'
import { packing, requireRows } from './token-batch.ts'
import {
  backwardRows,
  forwardRows,
  type GradientCheckpointing,
  momentRows,
  type PendingPass,
  releasePending,
  scoreRows,
} from './token-passes.ts'
import { groups, logitsProgram, type Parameters } from './training-programs.ts'

export interface PolicyOptions extends ModelSource {
  /** Where to compute; default `cpu`. An `executor` given takes its place. */
  readonly device?: DeviceName
  readonly executor?: Executor
  /** CPU threads of the device; absent uses all physical cores. */
  readonly threads?: number
  readonly gradientCheckpointing?: GradientCheckpointing
  /** Awaited between blocks of native work: a pause is a promise that stays pending, an end one that rejects. */
  readonly checkpoint?: () => Promise<void>
  /** Keeps the moments in the host's memory where the device has memory of its own. */
  readonly offloadOptimizer?: boolean
  /** Only samples and scores: no room is made for gradients and moments. */
  readonly frozen?: boolean
  /** Told of the part of the tensors that is read, up to 1. */
  readonly onProgress?: (part: number) => void
}

const optimizerGroups = { weights: groups.policy, gradients: groups.gradient, moments: groups.moments }

class LocalPolicy implements Policy {
  readonly #model: OpenedModel
  readonly #parameters: Parameters
  readonly #executor: Executor
  readonly #programs: ProgramCache
  readonly #gradientCheckpointing: GradientCheckpointing
  readonly #seed: number
  readonly #frozen: boolean
  readonly #checkpoint: () => Promise<void>
  #pending: PendingPass | undefined
  #step = 0

  constructor(options: PolicyOptions, executor: Executor, model: OpenedModel) {
    this.#model = model
    this.#parameters = [...trainedTensors(model.config)].map(([name, shape]) => ({ name, shape }))
    this.#executor = executor
    this.#programs = programCache(this.#executor, frozenStates(model.config))
    this.#gradientCheckpointing = options.gradientCheckpointing ?? 'auto'
    this.#seed = options.seed ?? 0
    this.#frozen = options.frozen ?? false
    this.#checkpoint = options.checkpoint ?? (() => Promise.resolve())
    createRopeState(this.#executor, model.config)
    createDropoutState(this.#executor, model.config)
    if (this.#frozen) return
    this.#clear(groups.gradient)
    for (const group of groups.moments) this.#clear(group, options.offloadOptimizer)
  }

  /** Sets a group of states to zeros in the shapes of the trained weights. */
  #clear(group: string, offloaded = false): void {
    for (const { name, shape } of this.#parameters) this.#executor.createState(`${group}/${name}`, { shape, offloaded })
  }

  get #context() {
    return {
      config: this.#model.config,
      parameters: this.#parameters,
      executor: this.#executor,
      programs: this.#programs,
      gradientCheckpointing: this.#gradientCheckpointing,
      dropout: { seed: this.#seed, step: this.#step },
      checkpoint: this.#checkpoint,
    }
  }

  /** As the interface says; `onDraw` gets the rows of the batch, still growing, after each token. */
  generate(
    request: GenerateRequest,
    onRow?: (row: GeneratedRow) => void,
    onDraw?: (rows: readonly Readonly<Row>[]) => void,
  ) {
    const decode = (ids: Int32Array) => this.#model.tokenizer.decode(ids)
    return generate({ ...this.#context, decode }, request, onRow, onDraw)
  }

  async score(
    rows: TokenRows,
    temperature: number,
    weights: 'policy' | 'reference',
    alternatives = 0,
    referenceKl = false,
  ): Promise<ScoredTokens> {
    if (weights === 'reference' || referenceKl) this.#requireReference()
    return scoreRows(this.#context, rows, temperature, weights, { alternatives, referenceKl })
  }

  #requireReference(): void {
    if (this.#model.config.adapter || this.#executor.hasState(`${groups.reference}/${embeddingName}`)) return
    throw new Error('There is no reference yet; call snapshotReference first.')
  }

  moments(rows: TokenRows, temperature: number): Promise<TokenMoments> {
    return momentRows(this.#context, rows, temperature)
  }

  async forward(rows: TokenRows, temperature: number, referenceKl = false): Promise<TokenStatistics> {
    this.#dropPending()
    if (referenceKl) this.#requireReference()
    const { statistics, pending } = await forwardRows(this.#context, rows, temperature, referenceKl)
    this.#pending = pending
    return statistics
  }

  /** Forgets a forward pass that no backward pass has read. */
  #dropPending(): void {
    if (this.#pending) releasePending(this.#pending)
    this.#pending = undefined
  }

  async backward(dLogprobs: Float32Array, dEntropies?: Float32Array, dReferenceKls?: Float32Array): Promise<void> {
    const pending = this.#pending
    if (!pending) throw new Error('backward needs a forward before it.')
    this.#pending = undefined
    await backwardRows(this.#context, pending, { dLogprobs, dEntropies, dReferenceKls })
  }

  async optimizerStep(options: OptimizerOptions): Promise<{ gradNorm: number; skipped: boolean }> {
    this.#dropPending()
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
    // The base without its adapter never changes: it is the reference.
    if (this.#model.config.adapter) return
    for (const { name } of this.#parameters) {
      const { shape, data } = this.#executor.readState(`${groups.policy}/${name}`)
      this.#executor.createState(`${groups.reference}/${name}`, { shape, data, frozen: true })
    }
  }

  #read(group: string): [string, { shape: readonly number[]; data: Float32Array }][] {
    return this.#parameters.map(({ name, shape }) => {
      const { data } = this.#executor.readState(`${group}/${name}`)
      return [name, { shape, data: data as Float32Array }]
    })
  }

  get tokenizer() {
    return this.#model.tokenizer
  }

  /** Logits [tokens, vocabulary] after every token of the rows, row by row: for tests and inspection. */
  async logits(rows: TokenRows): Promise<{ logits: Float32Array }> {
    requireRows(rows, this.#model.config)
    const { blocks, inputs } = packing(
      Array.from(rows.promptLengths, (length, row) => length + rows.responseLengths[row]!),
    )
    const program = await this.#programs(`logits ${blocks}`, () => logitsProgram(this.#model.config, blocks))
    const ids = { shape: [rows.tokens.length], data: rows.tokens }
    return { logits: (await program.run({ ...inputs, ids })).logits!.data as Float32Array }
  }

  /** The accumulated gradients by Hugging Face name, as they stand before `optimizerStep`. */
  readGradients(): ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }> {
    return new Map(this.#read(groups.gradient))
  }

  async clearGradients(): Promise<void> {
    this.#clear(groups.gradient)
  }

  async save(folder: string): Promise<void> {
    const { folders, peftConfig } = this.#model
    const tensors = this.#parameters.map(({ name, shape }): [string, TensorSource] => {
      const data = () => this.#executor.readState(`${groups.policy}/${name}`).data as Float32Array
      return [name, { shape, data }]
    })
    if (peftConfig) await saveAdapter(folder, { peftConfig, tokenizerFolder: folders.tokenizer }, new Map(tensors))
    else await saveModelFolder(folder, folders.base, new Map(tensors), { elements: 'float32' })
  }

  async loadWeights(folder: string): Promise<void> {
    const { config } = this.#model
    const open = config.adapter ? openAdapter(folder, trainedTensors(config)) : openWeights(folder, config)
    await readInto(this.#executor, await open, { frozen: this.#frozen })
  }

  saveOptimizer(folder: string): Promise<void> {
    return saveOptimizerState(folder, this.#executor, this.#parameters, this.#step)
  }

  async loadOptimizer(folder: string): Promise<void> {
    this.#step = await loadOptimizerState(folder, this.#executor, this.#parameters)
  }

  async dispose(): Promise<void> {
    await this.#executor.dispose()
  }
}

interface Reading {
  readonly frozen: boolean
  readonly onProgress?: ((part: number) => void) | undefined
}

/** Tensor by tensor, so that the host never holds the weights twice. */
async function readInto(
  executor: Executor,
  tensors: ReadonlyMap<string, Fetchable>,
  { frozen, onProgress = () => {} }: Reading,
): Promise<void> {
  let done = 0
  for (const [name, { shape, read }] of tensors) {
    executor.createState(`${groups.policy}/${name}`, { shape, data: await read(), frozen })
    onProgress(++done / tensors.size)
  }
}

/**
 * Loads a Hugging Face or PEFT folder onto a device.
 * @throws UserError for a folder that is no usable model, or a device that cannot be used.
 */
export async function createPolicy(options: PolicyOptions): Promise<LocalPolicy> {
  const model = await openModel(options)
  const executor =
    options.executor ?? (await openDevice(options.device ?? 'cpu', options.threads ? { threads: options.threads } : {}))
  const { frozen = false, onProgress } = options
  await readInto(executor, model.weights, { frozen: frozen || model.config.adapter !== undefined, onProgress })
  await readInto(executor, model.adapterTensors, { frozen })
  return new LocalPolicy(options, executor, model)
}

export type { LocalPolicy }
