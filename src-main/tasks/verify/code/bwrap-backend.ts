import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { appFolder } from '../../../util/resources.ts'
import { type ContainedProgram, startContained } from '../sandbox/contained.ts'
import { SandboxUnavailable } from '../sandbox/errors.ts'
import { runProgram } from '../sandbox/run-program.ts'
import { nodeReserveBytes, nodeRuntime, pythonRuntime } from '../sandbox/runtimes.ts'
import type { CodeBackend, JavaScriptOutcome, RunJavaScript } from './backend.ts'

/** The harness and what it imports. */
const harnessFolder = join(appFolder, 'src-main', 'tasks', 'verify', 'code', 'python')

const harnessInside = '/quiver'
const mebibyte = 1 << 20

/** The system's CPython under bubblewrap. @throws SandboxUnavailable when either is missing. */
export async function bwrapBackend(): Promise<CodeBackend> {
  const { executable, version, mounts } = await pythonRuntime()
  await requireStart({
    command: [executable, '-c', ''],
    mounts,
    memory: { addressSpace: 1024 * mebibyte },
    cpuSeconds: 10,
  })
  const command = [executable, '-s', '-B', '-X', 'utf8', `${harnessInside}/harness.py`, '3', '4', String(process.pid)]
  return {
    name: 'bwrap',
    description: `CPython ${version} under bubblewrap`,
    limits: { testMs: 6000, solutionMs: 30_000, memoryBytes: 1024 * mebibyte },
    workers: availableParallelism(),
    start: ({ memoryBytes, solutionMs }) => {
      const contained = startContained({
        command,
        mounts: [...mounts, { from: harnessFolder, to: harnessInside }],
        environment: { PYTHONHASHSEED: '0', OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
        memory: { addressSpace: memoryBytes },
        cpuSeconds: solutionMs / 1000 + 2,
        // An input of 32 MiB is a file as well.
        fileBytes: 33 * mebibyte,
        scratchBytes: 80 * mebibyte,
      })
      contained.stdout.resume()
      contained.stderr.resume()
      contained.stdin.end()
      return contained
    },
    runJavaScript: javaScriptRunner(),
    dispose: async () => {},
  }
}

/** The sandbox's own complaint where it does not start at all: no user namespaces, an old version. */
async function requireStart(program: ContainedProgram): Promise<void> {
  const { code, outcome, stderr } = await runProgram(program, '', { timeMs: 20_000 })
  if (code === 0) return
  const complaint = stderr.trim().split('\n')[0] || `it ended with ${outcome}, code ${code}`
  throw new SandboxUnavailable(`bubblewrap does not start a program here: ${complaint}.`)
}

function javaScriptRunner(): RunJavaScript {
  const { executable, mounts } = nodeRuntime()
  return async (code, input, { testMs, memoryBytes }) => {
    const heapMebibytes = Math.floor((memoryBytes * 0.75) / mebibyte)
    const {
      outcome,
      code: exit,
      stdout,
      stderr,
    } = await runProgram(
      {
        command: [executable, `--max-old-space-size=${heapMebibytes}`, '--stack-size=4000', '/solution.cjs'],
        mounts,
        files: { '/solution.cjs': code, '/dev/stdin': input },
        memory: { data: nodeReserveBytes + memoryBytes },
        cpuSeconds: testMs / 1000 + 2,
      },
      input,
      { timeMs: testMs },
    )
    if (outcome === 'timeout') return stopped('timeout', 'it took longer than the time limit')
    if (outcome === 'output') return stopped('error', 'it wrote more than the limit')
    if (exit === 0) return { status: 'ok', output: stdout.toString(), reason: '' }
    return complaint(stderr)
  }
}

const stopped = (status: JavaScriptOutcome['status'], reason: string): JavaScriptOutcome => ({
  status,
  output: '',
  reason,
})

function complaint(stderr: string): JavaScriptOutcome {
  if (/heap out of memory|ERR_MEMORY_ALLOCATION_FAILED|Array buffer allocation failed/.test(stderr))
    return stopped('memory', 'it ran out of memory')
  const line = stderr.split('\n').find((text) => /Error/.test(text)) ?? 'it ended with an error'
  return stopped(/EPERM|EACCES|EROFS/.test(line) ? 'blocked' : 'error', line.slice(0, 160))
}
