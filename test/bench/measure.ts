/** What the bench measures, each beside the machine's matrix-product rate of the same minute. */
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { input, program } from '../../src-main/engine/graph.ts'
import { matmul } from '../../src-main/engine/ops/matmul.ts'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'

export interface Workload {
  readonly rows: number
  readonly promptTokens: number
  readonly responseTokens: number
  readonly repeats: number
}

export interface Measurement {
  readonly what: string
  readonly tokensPerSecond: number
  /** Floating-point operations of the model's matrix products per second. */
  readonly modelFlops: number
  /** The same of one large product, measured before and after. */
  readonly productFlops: number
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

/** Floating-point operations per second of a product of two 1024 × 1024 matrices. */
async function productRate(threads: number): Promise<number> {
  const size = 1024
  const executor = createOrtExecutor({ threads })
  const [a, b] = ['a', 'b'].map((name) => input(name, [size, size]))
  const compiled = await executor.compile(program('product', { c: matmul(a!, b!) }))
  const matrix = { shape: [size, size], data: new Float32Array(size * size).fill(0.5) }
  const best = await shortest(10, () => compiled.run({ a: matrix, b: matrix }))
  await executor.dispose()
  return (2 * size ** 3) / best
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

/** Generation and a training step (forward, backward, AdamW) of one model. Prompt tokens count in training only. */
export async function measureModel(folder: string, threads: number, generate: Workload, train: Workload) {
  const policy = await createPolicy({ folder, threads })
  const vocabulary = policy.tokenizer.vocabSize
  const weights = productWeights(policy)
  const before = await productRate(threads)
  let generated = 0
  const generation = async () => {
    const { logprobs } = await policy.generate({
      prompts: Array.from({ length: generate.rows }, (_, row) =>
        Int32Array.from({ length: generate.promptTokens }, (_, position) => (row * 31 + position * 7) % vocabulary),
      ),
      temperature: 1,
      topP: 1,
      topK: 0,
      maxTokens: generate.responseTokens,
      stop: [],
      seed: 1,
      step: 0,
    })
    generated = logprobs.length
  }
  const generationSeconds = await shortest(generate.repeats, generation)
  const rows = randomRows(train, vocabulary)
  const cotangents = new Float32Array(train.rows * train.responseTokens).fill(1e-4)
  const trainingSeconds = await shortest(train.repeats, async () => {
    await policy.forward(rows, 1)
    await policy.backward(cotangents, undefined)
    await policy.optimizerStep(adamw)
  })
  const productFlops = (before + (await productRate(threads))) / 2
  await policy.dispose()
  const measurement = (what: string, tokens: number, time: number, flopsPerToken: number): Measurement => ({
    what,
    tokensPerSecond: tokens / time,
    modelFlops: (tokens * flopsPerToken) / time,
    productFlops,
  })
  const measurements = [
    measurement('generation', generated, generationSeconds, 2 * weights),
    measurement('training', rows.tokens.length, trainingSeconds, 6 * weights),
  ]
  return { measurements, weights, productFlops }
}
