/** The built-in model on the card in float32 and bfloat16 beside onnxruntime on the CPU: one JSON line. */
import type { Executor } from '../../src-main/engine/executor.ts'
import { createCudaExecutor } from '../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy } from '../../src-main/model/create-policy.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'
import { builtinReference, resolveModel } from '../../src-main/util/resources.ts'
import { uniform } from '../../src-main/util/rng.ts'
import { openCard } from './open-card.ts'

const rowCount = 32
const length = 120
const folder = resolveModel(builtinReference('arithmetic-1m'))

const rows: TokenRows = {
  tokens: Int32Array.from({ length: rowCount * length }, (_, place) => 3 + Math.floor(10 * uniform(1, 0, place, 0, 0))),
  promptLengths: new Int32Array(rowCount).fill(8),
  responseLengths: new Int32Array(rowCount).fill(length - 8),
}

interface Work {
  readonly logprobs: Float32Array
  readonly entropies: Float32Array
  readonly gradNorm: number
}

async function workOn(executor?: Executor): Promise<Work> {
  const policy = await createPolicy({ folder, ...(executor && { executor }) })
  const { logprobs, entropies } = await policy.forward(rows, 1)
  const cotangents = logprobs.map((_, place) => Math.cos(place) / logprobs.length)
  await policy.backward(cotangents, new Float32Array(logprobs.length).fill(1e-4))
  const { gradNorm } = await policy.optimizerStep({
    ...{ learningRate: 1e-4, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 },
  })
  await policy.dispose()
  return { logprobs, entropies, gradNorm }
}

/** Largest difference: relative to 1 or more in log-probabilities and entropies, relative to its size in the norm. */
function errors(got: Work, expected: Work) {
  const largest = (a: Float32Array, b: Float32Array) =>
    a.reduce((most, each, place) => Math.max(most, Math.abs(each - b[place]!) / Math.max(1, Math.abs(b[place]!))), 0)
  return {
    logprobs: largest(got.logprobs, expected.logprobs),
    entropies: largest(got.entropies, expected.entropies),
    gradNorm: Math.abs(got.gradNorm / expected.gradNorm - 1),
  }
}

const onCpu = await workOn()
const float32 = errors(await workOn(createCudaExecutor(openCard())), onCpu)
const bfloat16 = errors(await workOn(createCudaExecutor(openCard(), { precision: 'bfloat16' })), onCpu)
console.log(JSON.stringify({ float32, bfloat16, limits: { float32: 1e-4, bfloat16: 3e-2 } }))
