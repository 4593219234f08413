import { parentPort, workerData } from 'node:worker_threads'
import { createBirpc } from 'birpc'
import { UserError } from '../util/assert.ts'
import { createPolicy } from './create-policy.ts'
import type { Policy } from './policy.ts'
import { holdState, type OpenOptions, type PolicyHost, type PolicyListener, type Reply } from './policy-client.ts'

const port = parentPort
if (!port) throw new Error('policy-worker.ts runs as a worker thread only.')
const flags = workerData as Int32Array

/** Blocks between blocks of native work while the owner holds the run: nothing else runs on this thread. */
function waitWhileHeld(): Promise<void> {
  while (Atomics.load(flags, 0) === holdState.hold) {
    Atomics.store(flags, 1, 1)
    Atomics.wait(flags, 0, holdState.hold)
  }
  Atomics.store(flags, 1, 0)
  return Promise.resolve()
}

let policy: Policy | undefined

async function answer<Result>(work: () => Promise<Result>): Promise<Reply<Result>> {
  try {
    return { value: await work() }
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error))
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { error: { message, stack, code, user: error instanceof UserError } }
  }
}

function openedFor(method: keyof Policy): Policy {
  if (!policy) throw new Error(`The policy was asked to ${method} before it was opened.`)
  return policy
}

const host: PolicyHost = {
  open: (options: OpenOptions) =>
    answer(async () => {
      policy = await createPolicy({ ...options, checkpoint: waitWhileHeld })
    }),
  invoke: (method, input) =>
    answer(async () => {
      const opened = openedFor(method)
      await waitWhileHeld()
      const call = opened[method] as (...input: readonly unknown[]) => Promise<unknown>
      const value = await call.apply(opened, [...input])
      if (method === 'dispose') setImmediate(() => port.close())
      return value
    }),
  generate: (call, request) =>
    answer(async () => {
      const opened = openedFor('generate')
      await waitWhileHeld()
      return opened.generate(request, (row) => void listener.rowFinished.asEvent(call, row))
    }),
}

const listener = createBirpc<PolicyListener, PolicyHost>(host, {
  post: (message) => port.postMessage(message),
  on: (receive) => port.on('message', receive),
  timeout: -1,
})
