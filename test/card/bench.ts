/**
 * Generation and training of Qwen2.5-1.5B's shapes on the card, beside the card's own floors measured in the same call: the
 * rate of a large copy and of a large bf16 product. One JSON line.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Driver, Matrix } from '../../src-main/engine/executors/cuda/driver.ts'
import { createCudaExecutor } from '../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'
import { openCard } from './open-card.ts'
import { writeQwen } from './qwen.ts'

const layers = 28
const keyValueBytes = 2 * layers * 2 * 128 * 2
const generation = { rows: 256, prompt: 512, tokens: 1024 } as const
const training = { rows: 32, length: 1024 } as const

function secondsOf(driver: Driver, repeats: number, work: () => void): number {
  work()
  driver.synchronize()
  const begin = performance.now()
  for (let each = 0; each < repeats; each++) work()
  driver.synchronize()
  return (performance.now() - begin) / 1000 / repeats
}

/** Bytes per second of a copy, both directions counted, and operations per second of a bf16 product. */
function floors(driver: Driver) {
  const bytes = 2 ** 30
  const [a, b] = [driver.allocate(bytes), driver.allocate(bytes)]
  const copy = secondsOf(driver, 20, () => driver.copy({ address: b, bytes }, { address: a, bytes }))
  const n = 8192
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

async function generate(policy: LocalPolicy, parameters: number, bytesPerSecond: number) {
  const { rows, prompt, tokens } = generation
  const ids = (row: number) => Int32Array.from({ length: prompt }, (_, place) => (row * 977 + place * 131) % 1000)
  const request = {
    prompts: Array.from({ length: rows }, (_, row) => ids(row)),
    ...{ temperature: 1, topP: 1, topK: 0, stop: [], seed: 1, step: 0, maxSequences: rows },
  }
  await policy.generate({ ...request, maxTokens: 8 })
  const begin = performance.now()
  const { rows: made } = await policy.generate({ ...request, maxTokens: tokens })
  const seconds = (performance.now() - begin) / 1000
  const count = made.responseLengths.reduce((sum, length) => sum + length, 0)
  // Every step reads all weights and, per row, the keys and values of all tokens before.
  const read = tokens * (2 * parameters + rows * keyValueBytes * (prompt + tokens / 2))
  return { seconds, tokensPerSecond: count / seconds, shareOfMemoryFloor: read / bytesPerSecond / seconds }
}

async function train(policy: LocalPolicy, parameters: number, operationsPerSecond: number, limit: number) {
  const { rows, length } = training
  const batch: TokenRows = {
    tokens: Int32Array.from({ length: rows * length }, (_, place) => (place * 7919) % 1000),
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
  const attention = layers * 2 * 2 * length * (12 * 128) * 0.5
  const operations = tokens * 3 * (2 * parameters + attention)
  return { seconds, tokensPerSecond: tokens / seconds, utilization: operations / seconds / operationsPerSecond }
}

const folder = mkdtempSync(join(tmpdir(), 'quiver-card-'))
try {
  const parameters = writeQwen(folder)
  const driver = openCard()
  const { card } = driver
  const floor = floors(driver)
  const executor = createCudaExecutor(driver, { precision: 'bfloat16', tf32: true })
  const policy = await createPolicy({ folder, executor, gradientCheckpointing: 'on' })
  const trained = await train(policy, parameters, floor.operationsPerSecond, 20)
  const generated = await generate(policy, parameters, floor.bytesPerSecond)
  console.log(
    JSON.stringify({ card, parameters, floor, training: trained, generation: generated, memory: executor.memory }),
  )
  await policy.dispose()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
