import { readFileSync, realpathSync } from 'node:fs'
import { availableParallelism, freemem } from 'node:os'
import { join } from 'node:path'
import { appFolder } from '../../../util/resources.ts'
import { SandboxUnavailable } from '../sandbox/errors.ts'
import { runProgram } from '../sandbox/run-program.ts'
import { nodeRuntime } from '../sandbox/runtimes.ts'
import type { CodeBackend, CodeLimits } from './backend.ts'
import type { HarnessProcess } from './session.ts'
import { startInBwrap, startPlain, type WasmProgram } from './wasm-process.ts'
import { snapshotFile } from './wasm-snapshot.ts'

const mebibyte = 1 << 20
/** Memory of one process beside its limit: the interpreter, its start and Node.js. */
const processBytes = 350 * mebibyte
const codeFolder = join(appFolder, 'src-main', 'tasks', 'verify', 'code')

/**
 * Python in WebAssembly (Pyodide) behind an import lock, one process a solution; under bubblewrap as well where that
 * runs. Works on every system.
 * @param mayWrap false leaves bubblewrap out, as on a system without it.
 */
export async function wasmBackend(mayWrap = true): Promise<CodeBackend> {
  const { pyodideFolder, version } = installedPyodide()
  const wrapped = mayWrap && (await bwrapRuns())
  const start = wrapped ? startInBwrap : startPlain
  const limits: CodeLimits = { testMs: 15_000, solutionMs: 60_000, memoryBytes: 512 * mebibyte }
  const workers = Math.max(1, Math.min(availableParallelism() - 1, Math.floor(freemem() / processBytes)))
  const folders = { pyodideFolder, runnerFolder: join(codeFolder, 'wasm'), harnessFolder: join(codeFolder, 'python') }
  const mode = (await snapshotFile({ ...folders, version }, start)) ?? 'plain'
  const program = (memoryBytes: number, solutionMs: number): WasmProgram => ({
    ...folders,
    mode,
    memoryBytes,
    cpuSeconds: solutionMs / 1000 + 30,
  })
  const reserve = new Reserve(() => start(program(limits.memoryBytes, limits.solutionMs)), workers)
  return {
    name: 'wasm',
    description: `Python in WebAssembly (Pyodide ${version})${wrapped ? ' under bubblewrap' : ''}`,
    limits,
    workers,
    start: ({ memoryBytes, solutionMs }) =>
      memoryBytes === limits.memoryBytes && solutionMs <= limits.solutionMs
        ? reserve.take()
        : start(program(memoryBytes, solutionMs)),
    runJavaScript: null,
    dispose: () => reserve.dispose(),
  }
}

function installedPyodide(): { pyodideFolder: string; version: string } {
  const folder = join(appFolder, 'node_modules', 'pyodide')
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
    return { pyodideFolder: realpathSync(folder), version }
  } catch {
    throw new SandboxUnavailable(`Pyodide is not in ${folder}. Run "npm ci" in ${appFolder}.`)
  }
}

/** Whether a Node.js starts under bubblewrap here. */
async function bwrapRuns(): Promise<boolean> {
  try {
    const { executable, mounts } = nodeRuntime()
    const program = { command: [executable, '-p', '6 * 7'], mounts, memory: { data: 2048 * mebibyte }, cpuSeconds: 10 }
    const { stdout } = await runProgram(program, '', { timeMs: 10_000 })
    return stdout.toString() === '42\n'
  } catch {
    return false
  }
}

/** Processes started before there is something to run, as starting takes longer than most solutions. Each serves once. */
class Reserve {
  readonly #start: () => HarnessProcess
  readonly #most: number
  readonly #waiting: HarnessProcess[] = []
  #over = false

  constructor(start: () => HarnessProcess, most: number) {
    this.#start = start
    this.#most = most
  }

  take(): HarnessProcess {
    const taken = this.#waiting.shift() ?? this.#start()
    // The next ones start once this one is done with starting.
    taken.fromProgram.once('readable', () => this.#fill())
    return taken
  }

  async dispose(): Promise<void> {
    this.#over = true
    for (const process of this.#waiting) process.kill()
    await Promise.all(this.#waiting.map((process) => process.ended.catch(() => {})))
  }

  #fill(): void {
    while (!this.#over && this.#waiting.length < this.#most) this.#waiting.push(this.#start())
  }
}
