import { SandboxUnavailable } from '../sandbox/errors.ts'
import type { CodeBackend } from './backend.ts'
import { bwrapBackend } from './bwrap-backend.ts'
import { type SelfTest, selfTest } from './self-test.ts'
import { wasmBackend } from './wasm-backend.ts'

/** Every backend, the one that `auto` prefers first. */
const backends = { bwrap: bwrapBackend, wasm: () => wasmBackend() }
export type BackendName = keyof typeof backends
export type BackendChoice = BackendName | 'auto'
export const backendChoices: readonly BackendChoice[] = ['auto', ...(Object.keys(backends) as BackendName[])]

export interface BackendTrial {
  readonly name: BackendName
  /** Null when the backend is not there or does not hold; `reason` then says why. */
  readonly backend: CodeBackend | null
  readonly selfTest: SelfTest | null
  readonly reason: string
}

/** Starts a backend and puts it to its self-test. */
async function tryBackend(name: BackendName): Promise<BackendTrial> {
  try {
    const backend = await backends[name]()
    const result = await selfTest(backend)
    if (result.held) return { name, backend, selfTest: result, reason: `${result.checks.length} checks held` }
    await backend.dispose()
    const broken = result.checks.filter(({ held }) => !held).map((check) => `${check.name} (${check.detail})`)
    return { name, backend: null, selfTest: result, reason: `its self-test failed: ${broken.join(', ')}` }
  } catch (error) {
    return { name, backend: null, selfTest: null, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** Every backend's trial, for the report of a self-test. */
export async function tryBackends(choice: BackendChoice = 'auto'): Promise<BackendTrial[]> {
  const trials: BackendTrial[] = []
  for (const name of namesOf(choice)) trials.push(await tryBackend(name))
  return trials
}

const namesOf = (choice: BackendChoice): BackendName[] =>
  choice === 'auto' ? (Object.keys(backends) as BackendName[]) : [choice]

/**
 * The backend that code runs in: the one asked for, or the first that holds.
 * @throws SandboxUnavailable with each backend's reason when none holds. There is no other way to run code.
 */
export async function chooseBackend(choice: BackendChoice): Promise<CodeBackend> {
  const reasons: string[] = []
  for (const name of namesOf(choice)) {
    const { backend, reason } = await tryBackend(name)
    if (backend) return backend
    reasons.push(`${name}: ${reason}`)
  }
  throw new SandboxUnavailable(
    `Code checking is off: no sandbox holds on this machine. Model-written code never runs outside one.\n${reasons.join('\n')}`,
  )
}
