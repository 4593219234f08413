/** What the bench measures, each beside the machine's matrix-product rate of the same minute. */
import type { Executor } from '../../src-main/engine/executor.ts'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { productRate } from '../../src-main/engine/product-rate.ts'
import type { ModelConfig } from '../../src-main/model/config.ts'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import { openModel } from '../../src-main/model/open-model.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'
import { plainLoop } from './plain-loop.ts'

export interface Workload {
  readonly rows: number
  readonly promptTokens: number
  readonly responseTokens: number
  readonly repeats: number
}

/** Responses of 8 a prompt, of which `batches` decode side by side. */
export interface Generation extends Omit<Workload, 'rows'> {
  readonly batches: readonly number[]
}

export interface Measurement {
  readonly what: string
  readonly tokensPerSecond: number
  /** Floating-point operations of the model's matrix products per second. */
  readonly modelFlops: number
  /** The same of one large product, measured before and after. */
  readonly productFlops: number
  /** How many times as fast as the plain loop, in the same run. */
  readonly timesPlainLoop?: number
}

const adamw = { learningRate: 1e-5, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 } as const

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** The shortest of several runs, after one to warm up: other work on the machine only ever adds. */
async function shortest(repeats: number, work: () => Promise<unknown>): Promise<number> {
  await work()
  const times: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) times.push(await seconds(work))
  return Math.min(...times)
}

async function machineRate(threads: number): Promise<number> {
  const executor = createOrtExecutor({ threads })
  const rate = await productRate(executor, 10)
  await executor.dispose()
  return rate
}

/** Weights that a token passes through in matrix products: everything but norms, biases and an untied embedding. */
function productWeights(policy: LocalPolicy): number {
  const shapes = [...policy.readGradients()].filter(([, { shape }]) => shape.length === 2)
  const tied = !shapes.some(([name]) => name === 'lm_head.weight')
  return shapes
    .filter(([name]) => tied || name !== 'model.embed_tokens.weight')
    .reduce((sum, [, { data }]) => sum + data.length, 0)
}

function randomRows({ rows, promptTokens, responseTokens }: Workload, vocabulary: number): TokenRows {
  const length = promptTokens + responseTokens
  return {
    tokens: Int32Array.from({ length: rows * length }, (_, index) => (index * 7919) % vocabulary),
    promptLengths: new Int32Array(rows).fill(promptTokens),
    responseLengths: new Int32Array(rows).fill(responseTokens),
  }
}

interface Subject {
  readonly policy: LocalPolicy
  readonly executor: Executor
  readonly config: ModelConfig
  readonly weights: number
  readonly threads: number
}

/** Twice as many responses as decode side by side, by Quiver and by the plain loop; both draw the same tokens. */
async function measureGeneration(
  { policy, executor, config, weights, threads }: Subject,
  { promptTokens, responseTokens: maxTokens, repeats }: Generation,
  maxSequences: number,
): Promise<Measurement> {
  const prompts = Array.from({ length: 2 * maxSequences }, (_, row) =>
    Int32Array.from({ length: promptTokens }, (_, place) => (Math.floor(row / 8) * 31 + place * 7) % config.vocabSize),
  )
  const sampling = { temperature: 1, topP: 1, topK: 0, maxTokens, stop: [], seed: 1, step: 0, maxSequences }
  const before = await machineRate(threads)
  let tokens = 0
  const ours = await shortest(repeats, async () => {
    tokens = (await policy.generate({ prompts, ...sampling })).logprobs.length
  })
  let plainTokens = 0
  const plain = await shortest(1, async () => {
    const responses = await plainLoop(executor, config, prompts, { maxTokens, maxSequences, seed: 1 })
    plainTokens = responses.reduce((sum, { length }) => sum + length, 0)
  })
  if (Math.abs(plainTokens / tokens - 1) > 0.01)
    throw new Error(`The plain loop drew ${plainTokens} tokens, generation ${tokens}; they should be the same.`)
  return {
    what: `generation, ${maxSequences} rows`,
    tokensPerSecond: tokens / ours,
    modelFlops: (tokens * 2 * weights) / ours,
    productFlops: (before + (await machineRate(threads))) / 2,
    timesPlainLoop: tokens / ours / (plainTokens / plain),
  }
}

/** Forward, backward and AdamW; prompt tokens count. */
async function measureTraining({ policy, config, weights, threads }: Subject, work: Workload): Promise<Measurement> {
  const rows = randomRows(work, config.vocabSize)
  const cotangents = new Float32Array(work.rows * work.responseTokens).fill(1e-4)
  const before = await machineRate(threads)
  const seconds = await shortest(work.repeats, async () => {
    await policy.forward(rows, 1)
    await policy.backward(cotangents, undefined)
    await policy.optimizerStep(adamw)
  })
  return {
    what: 'training',
    tokensPerSecond: rows.tokens.length / seconds,
    modelFlops: (rows.tokens.length * 6 * weights) / seconds,
    productFlops: (before + (await machineRate(threads))) / 2,
  }
}

/** Generation and a training step of one model. */
export async function measureModel(folder: string, threads: number, generation: Generation, training: Workload) {
  const executor = createOrtExecutor({ threads })
  const policy = await createPolicy({ folder, executor })
  const { config } = await openModel({ folder })
  const weights = productWeights(policy)
  const subject = { policy, executor, config, weights, threads }
  const measurements: Measurement[] = []
  for (const rows of generation.batches) measurements.push(await measureGeneration(subject, generation, rows))
  measurements.push(await measureTraining(subject, training))
  await policy.dispose()
  return { measurements, weights, productFlops: measurements.at(-1)!.productFlops }
}
