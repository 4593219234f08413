/** What is timed on a card at the sizes of a model. */
import type { Driver, Matrix } from '../../src-main/engine/executors/cuda/driver.ts'
import { createCudaExecutor } from '../../src-main/engine/executors/cuda/executor.ts'
import { input, program, state } from '../../src-main/engine/graph.ts'
import { tokenStats } from '../../src-main/engine/ops/token-stats.ts'
import type { LocalPolicy } from '../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'

export interface Sizes {
  readonly layers: number
  readonly width: number
  readonly vocabulary: number
  /** Bytes of a token's keys and values in all layers. */
  readonly keyValueBytes: number
  readonly generation: { readonly rows: number; readonly prompt: number; readonly tokens: number }
  readonly training: { readonly rows: number; readonly length: number }
  /** Tokens whose statistics are taken at once. */
  readonly tokens: number
  /** Bytes of the large copy, and the side of the large product. */
  readonly copyBytes: number
  readonly side: number
}

/** Qwen2.5-1.5B: 12 heads of 128, 2 of keys and values. */
export const qwenSizes: Sizes = {
  ...{ layers: 28, width: 1536, vocabulary: 151_936, keyValueBytes: 28 * 2 * 2 * 128 * 2 },
  ...{ generation: { rows: 256, prompt: 512, tokens: 1024 }, training: { rows: 32, length: 1024 } },
  ...{ tokens: 2048, copyBytes: 2 ** 30, side: 8192 },
}

function secondsOf(driver: Driver, repeats: number, work: () => void): number {
  work()
  driver.synchronize()
  const begin = performance.now()
  for (let each = 0; each < repeats; each++) work()
  driver.synchronize()
  return (performance.now() - begin) / 1000 / repeats
}

type Floors = ReturnType<typeof floors>

/** Bytes per second of a copy, both directions counted, and operations per second of a bf16 product. */
export function floors(driver: Driver, { copyBytes: bytes, side: n }: Sizes) {
  const [a, b] = [driver.allocate(bytes), driver.allocate(bytes)]
  const copy = secondsOf(driver, 20, () => driver.copy({ address: b, bytes }, { address: a, bytes }))
  const matrix = (address: number): Matrix => ({
    ...{ address, bytes: 2 * n * n, storage: 'bfloat16', rowStride: n, batchStride: 0, transposed: false },
  })
  const sizes = { m: n, n, k: n, batch: 1, alpha: 1, beta: 0, tf32: false }
  const product = secondsOf(driver, 20, () =>
    driver.multiply({ ...sizes, a: matrix(a), b: matrix(a + 2 * n * n), d: matrix(b) }),
  )
  driver.free(a)
  driver.free(b)
  return { bytesPerSecond: (2 * bytes) / copy, operationsPerSecond: (2 * n ** 3) / product }
}

export async function generate(
  policy: LocalPolicy,
  parameters: number,
  { bytesPerSecond }: Floors,
  { vocabulary, keyValueBytes, generation: { rows, prompt, tokens } }: Sizes,
) {
  const ids = (row: number) => Int32Array.from({ length: prompt }, (_, place) => (row * 977 + place * 131) % vocabulary)
  const request = {
    prompts: Array.from({ length: rows }, (_, row) => ids(row)),
    ...{ temperature: 1, topP: 1, topK: 0, stop: [], seed: 1, step: 0, maxSequences: rows },
  }
  await policy.generate({ ...request, maxTokens: Math.min(8, tokens) })
  const begin = performance.now()
  const { rows: made } = await policy.generate({ ...request, maxTokens: tokens })
  const seconds = (performance.now() - begin) / 1000
  const count = made.responseLengths.reduce((sum, length) => sum + length, 0)
  // Every step reads all weights and, per row, the keys and values of all tokens before.
  const read = tokens * (2 * parameters + rows * keyValueBytes * (prompt + tokens / 2))
  return { seconds, tokensPerSecond: count / seconds, shareOfMemoryFloor: read / bytesPerSecond / seconds }
}

/** Steps for `limit` seconds, after two that warm up. */
export async function train(
  policy: LocalPolicy,
  parameters: number,
  { operationsPerSecond }: Floors,
  { layers, width, vocabulary, training: { rows, length } }: Sizes,
  limit: number,
) {
  const batch: TokenRows = {
    tokens: Int32Array.from({ length: rows * length }, (_, place) => (place * 7919) % vocabulary),
    promptLengths: new Int32Array(rows).fill(1),
    responseLengths: new Int32Array(rows).fill(length - 1),
  }
  const step = async () => {
    const { logprobs } = await policy.forward(batch, 1)
    await policy.backward(new Float32Array(logprobs.length).fill(-1 / logprobs.length), undefined)
    await policy.optimizerStep({ learningRate: 1e-6, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 })
  }
  await step()
  await step()
  const begin = performance.now()
  let steps = 0
  do {
    await step()
    steps++
  } while (performance.now() - begin < 1000 * limit)
  const seconds = (performance.now() - begin) / 1000 / steps
  const tokens = rows * length
  // The model's own operations: recomputation is not counted. Attention: queries by keys, twice, half of them masked.
  const attention = layers * 2 * 2 * length * width * 0.5
  const operations = tokens * 3 * (2 * parameters + attention)
  return { seconds, tokensPerSecond: tokens / seconds, utilization: operations / seconds / operationsPerSecond }
}

/** Statistics of tokens over the vocabulary: seconds, and bytes held beside inputs and weights. */
export async function tokenStatistics(
  driver: Driver,
  { operationsPerSecond }: Floors,
  { tokens, width, vocabulary }: Sizes,
) {
  let allocated = 0
  const counting = {
    allocate: (bytes: number) => {
      allocated += bytes
      return driver.allocate(bytes)
    },
    dispose: () => {},
  }
  const counted = new Proxy(driver, {
    get: (_, name: keyof Driver) => {
      const own = name in counting ? counting[name as keyof typeof counting] : driver[name]
      return typeof own === 'function' ? own.bind(driver) : own
    },
  })
  const executor = createCudaExecutor(counted, { precision: 'bfloat16', tf32: true })
  executor.createState('hidden', { shape: [tokens, width] })
  executor.createState('weight', { shape: [vocabulary, width] })
  const inputs = [state('hidden', [tokens, width]), state('weight', [vocabulary, width])] as const
  const { logprobs, entropies } = tokenStats(...inputs, input('targets', [tokens], 'int32'), input('temperature', []))
  const compiled = await executor.compile(program('tokenStats', { logprobs, entropies }))
  const fed = {
    targets: { shape: [tokens], data: Int32Array.from({ length: tokens }, (_, token) => (token * 7919) % vocabulary) },
    temperature: { shape: [], data: Float32Array.of(1) },
  }
  const run = async () => (await compiled.run(fed)).logprobs!.data
  await run()
  const begin = performance.now()
  for (let each = 0; each < 5; each++) await run()
  const seconds = (performance.now() - begin) / 1000 / 5
  await executor.dispose()
  const held = 6 * (tokens + vocabulary) * width
  return {
    seconds,
    peakBytes: allocated - held,
    shareOfFloor: (2 * tokens * width * vocabulary) / operationsPerSecond / seconds,
  }
}
