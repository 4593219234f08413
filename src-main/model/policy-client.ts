import '../engine/executors/ort/no-telemetry.ts'
import { Worker } from 'node:worker_threads'
import { createBirpc } from 'birpc'
import type { DeviceName } from '../engine/executors/map.ts'
import { UserError } from '../util/assert.ts'
import type { ModelSource } from './model-source.ts'
import type { GeneratedRow, GenerateRequest, Generation, Policy } from './policy.ts'
import type { GradientCheckpointing } from './token-passes.ts'

export interface OpenOptions extends ModelSource {
  /** Where to compute; default `cpu`. */
  readonly device?: DeviceName
  /** CPU threads of the device; absent uses all cores. */
  readonly threads?: number
  readonly gradientCheckpointing?: GradientCheckpointing
  readonly offloadOptimizer?: boolean
}

export interface WorkerError {
  readonly message: string
  readonly stack: string
  /** Code of a system error such as ENOSPC, or empty. */
  readonly code: string
  /** Whether the message is a sentence for the user rather than a bug. */
  readonly user: boolean
}

export type Reply<Result> = { readonly value: Result } | { readonly error: WorkerError }

/** What the engine's worker thread answers. */
export interface PolicyHost {
  open(options: OpenOptions): Promise<Reply<void>>
  invoke(method: keyof Policy, input: readonly unknown[]): Promise<Reply<unknown>>
  /** `generate`, with a call of `rowFinished` under the given number for each row. */
  generate(call: number, request: GenerateRequest): Promise<Reply<Generation>>
}

/** What the worker thread tells while it works. */
export interface PolicyListener {
  rowFinished(call: number, row: GeneratedRow): void
}

export const holdState = { run: 0, hold: 1 } as const

/** A policy that lives in its own worker thread, with a brake. */
export interface PolicyWorker {
  readonly policy: Policy
  /** Stops the worker before its next block of native work (a decode block, a micro-batch) until `release`. */
  hold(): void
  release(): void
  /** True while the worker stands still because of `hold`. */
  isHeld(): boolean
}

/**
 * Starts the engine's worker thread and opens a model folder in it.
 * The worker is only ever asked, never terminated: ending a thread inside native work would abort the process.
 * @throws UserError when the folder holds no usable model, or the device cannot be used.
 */
export async function startPolicyWorker(options: OpenOptions): Promise<PolicyWorker> {
  const flags = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL('./policy-worker.ts', import.meta.url), { workerData: flags })
  const listeners = new Map<number, (row: GeneratedRow) => void>()
  const host = createBirpc<PolicyHost, PolicyListener>(
    { rowFinished: (call, row) => listeners.get(call)?.(row) },
    {
      post: (message) => worker.postMessage(message),
      on: (receive) => worker.on('message', receive),
      timeout: -1,
    },
  )
  const failed = new Promise<never>((_, reject) => worker.once('error', reject))
  failed.catch(() => {})
  const unwrap = async <Result>(reply: Promise<Reply<Result>>): Promise<Result> => {
    const outcome = await Promise.race([reply, failed])
    if ('value' in outcome) return outcome.value
    throw revived(outcome.error)
  }
  try {
    await unwrap(host.open(options))
  } catch (error) {
    await worker.terminate()
    throw error
  }
  let calls = 0
  const generate: Policy['generate'] = async (request, onRow) => {
    const call = calls++
    if (onRow) listeners.set(call, onRow)
    try {
      return await unwrap(host.generate(call, request))
    } finally {
      listeners.delete(call)
    }
  }
  const setFlag = (value: number): void => {
    Atomics.store(flags, 0, value)
    Atomics.notify(flags, 0)
  }
  return {
    policy: remotePolicy(generate, (method, input) => unwrap(host.invoke(method, input))),
    hold: () => setFlag(holdState.hold),
    release: () => setFlag(holdState.run),
    isHeld: () => Atomics.load(flags, 1) === 1,
  }
}

function revived({ message, stack, code, user }: WorkerError): Error {
  return user ? new UserError(message) : Object.assign(new Error(message), { stack, code })
}

/** A Policy whose methods are sent elsewhere; the names come from the interface through the proxy. */
function remotePolicy(
  generate: Policy['generate'],
  invoke: (method: keyof Policy, input: readonly unknown[]) => Promise<unknown>,
): Policy {
  return new Proxy({ generate } as Policy, {
    get: (local, method: keyof Policy | 'then') => {
      if (method === 'then') return undefined
      return local[method] ?? ((...input: readonly unknown[]) => invoke(method, input))
    },
  })
}
