import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { startContained } from '../sandbox/contained.ts'
import { SandboxBreakdown } from '../sandbox/errors.ts'
import { nodeReserveBytes, nodeRuntime } from '../sandbox/runtimes.ts'
import type { HarnessProcess } from './session.ts'

/** What one process of the wasm backend is made of. */
export interface WasmProgram {
  readonly pyodideFolder: string
  readonly runnerFolder: string
  readonly harnessFolder: string
  /** Memory that Python has. */
  readonly memoryBytes: number
  readonly cpuSeconds: number
  /** `plain`, `make` (the process writes a snapshot and ends) or the path of a snapshot to start from. */
  readonly mode: string
}

const mebibyte = 1 << 20
const pageBytes = 64 << 10
const heapMebibytes = 192
/** Beside Python's memory: its files, the compiled interpreter, the script heap. */
const overheadBytes = 640 * mebibyte
const watchEveryMs = 200

/** Arguments of Node.js: no permission but to read the given folders, no code from text, bounded memories. */
function nodeArguments(pyodide: string, runner: string, harness: string, mode: string, memoryBytes: number): string[] {
  return [
    '--permission',
    ...[pyodide, runner, harness, ...(isSnapshot(mode) ? [mode] : [])].map((folder) => `--allow-fs-read=${folder}`),
    '--disallow-code-generation-from-strings',
    `--wasm-max-mem-pages=${Math.ceil(memoryBytes / pageBytes)}`,
    `--max-old-space-size=${heapMebibytes}`,
    '--no-warnings',
    `${runner}/runner.ts`,
    pyodide,
    harness,
    mode,
    String(process.pid),
  ]
}

const isSnapshot = (mode: string): boolean => mode !== 'plain' && mode !== 'make'

/** Starts the process under bubblewrap. */
export function startInBwrap(program: WasmProgram): HarnessProcess {
  const { executable, mounts } = nodeRuntime()
  const { mode } = program
  const modeInside = isSnapshot(mode) ? '/snapshot.bin' : mode
  const contained = startContained({
    command: [executable, ...nodeArguments('/pyodide', '/runner', '/harness', modeInside, program.memoryBytes)],
    mounts: [
      ...mounts,
      { from: program.pyodideFolder, to: '/pyodide' },
      { from: program.runnerFolder, to: '/runner' },
      { from: program.harnessFolder, to: '/harness' },
      ...(isSnapshot(mode) ? [{ from: mode, to: modeInside }] : []),
    ],
    memory: { data: nodeReserveBytes + program.memoryBytes + overheadBytes },
    cpuSeconds: program.cpuSeconds,
  })
  contained.stderr.resume()
  contained.fromProgram.resume()
  return { toProgram: contained.stdin, fromProgram: contained.stdout, ended: contained.ended, kill: contained.kill }
}

/** Starts the process by itself: the import lock and Node's permissions hold it, a watch on its memory bounds that. */
export function startPlain(program: WasmProgram): HarnessProcess {
  const { executable } = nodeRuntime()
  const { pyodideFolder, runnerFolder, harnessFolder, mode, memoryBytes } = program
  const child = spawn(executable, nodeArguments(pyodideFolder, runnerFolder, harnessFolder, mode, memoryBytes), {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })
  child.stdin.on('error', () => {})
  giveWay(child.pid)
  const watch = setInterval(() => {
    if (residentBytes(child.pid) > memoryBytes + overheadBytes) child.kill('SIGKILL')
  }, watchEveryMs)
  const ended = new Promise<Awaited<HarnessProcess['ended']>>((resolve, reject) => {
    child.once('error', (error) => reject(new SandboxBreakdown(`The wasm sandbox did not start: ${error.message}.`)))
    child.once('close', (code, signal) => resolve({ code, signal }))
  }).finally(() => clearInterval(watch))
  ended.catch(() => {})
  return { toProgram: child.stdin, fromProgram: child.stdout, ended, kill: () => child.kill('SIGKILL') }
}

/** The rest of the machine goes first. */
function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already, or the system does not let us: then it runs like any other.
  }
}

/** Memory a process holds, where the system tells (Linux); else 0. */
function residentBytes(pid: number | undefined): number {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]
    return Number(pages) * 4096
  } catch {
    return 0
  }
}
