/** A policy on an executor: the model's weights, the frozen reference, gradients and optimizer moments as state. */
import type { Executor } from '../engine/executor.ts'
import { createOrtExecutor } from '../engine/executors/ort/executor.ts'
import { adamwInputs, adamwProgram, clipFactor, gradientNormProgram } from '../engine/optim.ts'
import { embeddingName } from './decoder.ts'
import { type ModelFolder, openModelFolder, openWeights, type StoredWeights, saveModelFolder } from './folder.ts'
import { generate } from './generate.ts'
import { loadOptimizerState, saveOptimizerState } from './optimizer-state.ts'
import type { GenerateRequest, OptimizerOptions, Policy, TokenRows, TokenStatistics } from './policy.ts'
import { type ProgramCache, programCache } from './program-cache.ts'
import { createRopeState } from './rope.ts'
import { packing, requireRows } from './token-batch.ts'
import { backwardRows, forwardRows, type GradientCheckpointing, type PendingPass, scoreRows } from './token-passes.ts'
import { groups, logitsProgram, type Parameters } from './training-programs.ts'

export interface PolicyOptions {
  /** Hugging Face folder. */
  readonly folder: string
  readonly executor?: Executor
  /** Threads of the default executor; absent uses all physical cores. */
  readonly threads?: number
  readonly gradientCheckpointing?: GradientCheckpointing
  /** Awaited between blocks of native work: a pause is a promise that stays pending. */
  readonly checkpoint?: () => Promise<void>
}

const optimizerGroups = { weights: groups.policy, gradients: groups.gradient, moments: groups.moments }

class LocalPolicy implements Policy {
  readonly #folder: string
  readonly #model: Omit<ModelFolder, 'weights'>
  readonly #parameters: Parameters
  readonly #executor: Executor
  readonly #programs: ProgramCache
  readonly #gradientCheckpointing: GradientCheckpointing
  readonly #checkpoint: () => Promise<void>
  #pending: PendingPass | undefined
  #step = 0

  constructor(options: PolicyOptions, executor: Executor, { weights, ...model }: ModelFolder) {
    this.#folder = options.folder
    this.#model = model
    this.#parameters = [...weights].map(([name, { shape }]) => ({ name, shape }))
    this.#executor = executor
    this.#programs = programCache(this.#executor)
    this.#gradientCheckpointing = options.gradientCheckpointing ?? 'auto'
    this.#checkpoint = options.checkpoint ?? (() => Promise.resolve())
    createRopeState(this.#executor, model.config)
    this.#clear(groups.gradient)
    for (const group of groups.moments) this.#clear(group)
  }

  /** Sets a group of states to zeros in the shapes of the weights. */
  #clear(group: string): void {
    for (const { name, shape } of this.#parameters) this.#executor.createState(`${group}/${name}`, { shape })
  }

  get #context() {
    return {
      config: this.#model.config,
      parameters: this.#parameters,
      executor: this.#executor,
      programs: this.#programs,
      gradientCheckpointing: this.#gradientCheckpointing,
      checkpoint: this.#checkpoint,
    }
  }

  generate(request: GenerateRequest) {
    const decode = (ids: Int32Array) => this.#model.tokenizer.decode(ids)
    return generate({ ...this.#context, decode }, request)
  }

  async score(rows: TokenRows, temperature: number, weights: 'policy' | 'reference'): Promise<TokenStatistics> {
    if (weights === 'reference' && !this.#executor.hasState(`${groups.reference}/${embeddingName}`)) {
      throw new Error('There is no reference yet; call snapshotReference first.')
    }
    return scoreRows(this.#context, rows, temperature, weights)
  }

  async forward(rows: TokenRows, temperature: number): Promise<TokenStatistics> {
    this.#pending = undefined
    const { statistics, pending } = await forwardRows(this.#context, rows, temperature)
    this.#pending = pending
    return statistics
  }

  async backward(dLogprobs: Float32Array, dEntropies: Float32Array | undefined): Promise<void> {
    const pending = this.#pending
    if (!pending) throw new Error('backward needs a forward before it.')
    this.#pending = undefined
    await backwardRows(this.#context, pending, dLogprobs, dEntropies)
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
    const weights = this.#parameters.map(({ name, shape }) => {
      const data = () => this.#executor.readState(`${groups.policy}/${name}`).data as Float32Array
      return [name, { shape, data }] as const
    })
    await saveModelFolder(folder, this.#folder, new Map(weights), 'float32')
  }

  async loadWeights(folder: string): Promise<void> {
    await readInto(this.#executor, await openWeights(folder, this.#model.config))
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

/** Tensor by tensor, so that the host never holds the weights twice. */
async function readInto(executor: Executor, weights: StoredWeights): Promise<void> {
  for (const [name, { shape, read }] of weights)
    executor.createState(`${groups.policy}/${name}`, { shape, data: await read() })
}

/**
 * Loads a Hugging Face folder onto an executor (default: onnxruntime on the CPU).
 * @throws UserError for a folder that is no usable model.
 */
export async function createPolicy(options: PolicyOptions): Promise<LocalPolicy> {
  const model = await openModelFolder(options.folder)
  const executor = options.executor ?? createOrtExecutor(options.threads ? { threads: options.threads } : {})
  await readInto(executor, model.weights)
  return new LocalPolicy(options, executor, model)
}

export type { LocalPolicy }
