/** A device at work: the same short generation and training step of a model there and on the CPU, compared. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Device, Placement } from '../engine/executors/device.ts'
import { type DeviceName, devices, openDevice } from '../engine/executors/map.ts'
import { createPolicy } from './create-policy.ts'
import type { GenerateRequest, Policy, TokenRows } from './policy.ts'
import { countTraffic, type Traffic } from './traffic.ts'

export interface DeviceTrial {
  /** Largest difference from the CPU: log-probabilities in nats, the gradient norm relative to its size. */
  readonly largestError: number
  /** Null where nothing can run elsewhere. */
  readonly placement: Placement | null
  /** Null where memory is shared. */
  readonly traffic: { readonly trainingStep: Traffic; readonly decodeStep: Traffic } | null
}

const newTokens = 4
const request: GenerateRequest = {
  prompts: [
    [1, 2, 3],
    [4, 5, 6, 7, 8],
  ].map((ids) => Int32Array.from(ids)),
  temperature: 1,
  topP: 1,
  topK: 0,
  maxTokens: newTokens,
  stop: [],
  seed: 1,
  step: 0,
  greedy: true,
}
const rows: TokenRows = {
  tokens: Int32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 3, 5, 7, 9, 2, 4]),
  promptLengths: Int32Array.of(2, 3),
  responseLengths: Int32Array.of(7, 4),
}
const optimizer = { learningRate: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 } as const

interface Work {
  readonly logprobs: readonly number[]
  readonly gradNorm: number
}

async function trainOnce(policy: Policy): Promise<Work> {
  const { logprobs } = await policy.forward(rows, 1)
  await policy.backward(new Float32Array(logprobs.length).fill(0.1), new Float32Array(logprobs.length).fill(0.01))
  const { gradNorm } = await policy.optimizerStep(optimizer)
  const after = await policy.score(rows, 1, 'policy')
  return { logprobs: [...logprobs, ...after.logprobs], gradNorm }
}

function errorBetween(left: Work, right: Work): number {
  const errors = left.logprobs.map((lp, token) => Math.abs(lp - right.logprobs[token]!))
  return Math.max(...errors, Math.abs(left.gradNorm / right.gradNorm - 1))
}

async function onCpu(folder: string): Promise<Work> {
  const policy = await createPolicy({ folder, threads: 1 })
  try {
    return await trainOnce(policy)
  } finally {
    await policy.dispose()
  }
}

/**
 * Tries a device with the model in `folder`.
 * @throws UserError when the device cannot be opened, and whatever the work there throws.
 */
export async function tryDevice(name: DeviceName, folder: string): Promise<DeviceTrial> {
  const device: Device = devices[name]
  const temporary = await mkdtemp(join(tmpdir(), 'quiver-device-'))
  const profile = join(temporary, 'profile')
  try {
    const executor = await openDevice(name, device.placement ? { profile } : {})
    const counted = device.copies === 'nothing' ? undefined : countTraffic(executor, device.copies)
    const policy = await createPolicy({ folder, executor: counted?.executor ?? executor })
    const work = await trainOnce(policy)
    const trainingStep = counted?.take()
    await policy.generate(request)
    const generation = counted?.take()
    await policy.dispose()
    const each = (bytes: number) => Math.round(bytes / newTokens)
    return {
      largestError: errorBetween(work, await onCpu(folder)),
      placement: (await device.placement?.(profile)) ?? null,
      traffic:
        trainingStep && generation
          ? { trainingStep, decodeStep: { toDevice: each(generation.toDevice), toHost: each(generation.toHost) } }
          : null,
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
