import { performance } from 'node:perf_hooks'
import { type ContainedProgram, startContained } from './contained.ts'

export interface RunLimits {
  /** Wall time in milliseconds; the program is then killed. */
  readonly timeMs: number
  /** Most bytes of standard output; over it the program is killed. */
  readonly outputBytes?: number
}

export interface ProgramResult {
  /** How it came to an end: of itself, by the time limit or by the output limit. */
  readonly outcome: 'exited' | 'timeout' | 'output'
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  /** First 64 KiB. */
  readonly stderr: string
  readonly ms: number
}

const stderrBytes = 64 << 10

/**
 * Runs a program in the bwrap sandbox to its end, with the given standard input.
 * @throws SandboxUnavailable when the sandbox cannot be started.
 */
export async function runProgram(
  program: ContainedProgram,
  stdin: string | Uint8Array,
  { timeMs, outputBytes = 8 << 20 }: RunLimits,
): Promise<ProgramResult> {
  const started = performance.now()
  const contained = startContained(program)
  let outcome: ProgramResult['outcome'] = 'exited'
  const end = (why: ProgramResult['outcome']): void => {
    if (outcome === 'exited') outcome = why
    contained.kill()
  }
  const timer = setTimeout(() => end('timeout'), timeMs)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  collect(contained.stdout, stdout, outputBytes, () => end('output'))
  collect(contained.stderr, stderr, stderrBytes)
  contained.fromProgram.resume()
  contained.stdin.end(stdin)
  contained.toProgram.end()
  try {
    const { code, signal } = await contained.ended
    const ms = performance.now() - started
    return { outcome, code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(), ms }
  } finally {
    clearTimeout(timer)
    contained.kill()
  }
}

/** Keeps the first `most` bytes of a stream and reads on without keeping; `full` is called once when there are more. */
function collect(stream: NodeJS.ReadableStream, chunks: Buffer[], most: number, full?: () => void): void {
  let kept = 0
  stream.on('data', (chunk: Buffer) => {
    if (kept + chunk.length > most && kept <= most) full?.()
    const room = Math.max(0, most - kept)
    if (room > 0) chunks.push(chunk.subarray(0, room))
    kept += chunk.length
  })
}
