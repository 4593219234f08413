import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { SandboxUnavailable } from './errors.ts'
import { seccompFilter } from './seccomp.ts'

/** A host file or folder the program sees, read-only, at a path of its own. */
export interface Mount {
  readonly from: string
  readonly to: string
}

export interface ContainedProgram {
  /** Executable and arguments, as paths inside. */
  readonly command: readonly string[]
  readonly mounts: readonly Mount[]
  /** Files the program sees beside the mounts, read-only: contents by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** The whole environment of the program. */
  readonly environment?: Readonly<Record<string, string>>
  readonly memory: MemoryLimit
  /** Processor seconds over the life of the program. */
  readonly cpuSeconds: number
  /** Size of `/tmp`, the only place that can be written, in bytes; it is memory and goes with the program. */
  readonly scratchBytes?: number
  /** Longest file, bytes. */
  readonly fileBytes?: number
}

/**
 * `addressSpace` counts everything mapped; `data` only what is writable, for engines that reserve far more addresses than
 * they use (V8). Bytes.
 */
export type MemoryLimit = { readonly addressSpace: number } | { readonly data: number }

/** A program in its sandbox. Descriptors inside: 0 to 2 as ever, 3 to read from us, 4 to write to us. */
export interface Contained {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly toProgram: Writable
  readonly fromProgram: Readable
  /** How it ended; rejects when it could not be started. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Ends the program and all its threads at once. */
  kill(): void
}

const mebibyte = 1 << 20
/** Descriptors of bubblewrap's own, above the program's. */
const filterDescriptor = 5
const firstFileDescriptor = 6

/**
 * Starts a program under bubblewrap: own user, process, network, mount and IPC namespaces, no capabilities, a seccomp
 * filter, resource limits, an empty environment, nothing of the host but the given read-only mounts, and no `/proc`. It
 * dies with its parent.
 * @throws SandboxUnavailable when bubblewrap or prlimit is missing or the processor is not known.
 */
export function startContained(program: ContainedProgram): Contained {
  const filter = seccompFilter()
  if (process.platform !== 'linux' || filter === null)
    throw new SandboxUnavailable(
      `The bwrap sandbox needs Linux on x64 or arm64; this is ${process.platform} on ${process.arch}.`,
    )
  const files = Object.values(program.files ?? {})
  // Contained programs give way to the rest of the machine.
  const words = [...limitArguments(program), requireTool('nice'), '-n', '10', requireTool('bwrap'), ...wrap(program)]
  const child = spawn(requireTool('prlimit'), words, {
    env: {},
    cwd: '/',
    detached: true,
    stdio: Array.from({ length: firstFileDescriptor + files.length }, () => 'pipe' as const),
  })
  const streams: readonly (Readable | Writable | null | undefined)[] = child.stdio
  for (const stream of streams) stream?.on('error', () => {})
  for (const [index, content] of [filter, ...files].entries())
    (streams[filterDescriptor + index] as Writable | undefined)?.end(content)
  return {
    stdin: child.stdin as Writable,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    toProgram: streams[3] as Writable,
    fromProgram: streams[4] as Readable,
    ended: ending(child),
    kill: () => killGroup(child),
  }
}

function ending(child: ChildProcess): Contained['ended'] {
  const ended = new Promise<Awaited<Contained['ended']>>((resolve, reject) => {
    child.once('error', (error) => reject(new SandboxUnavailable(`The sandbox did not start: ${error.message}.`)))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  ended.catch(() => {})
  return ended
}

/** The group holds prlimit's successor bwrap; the program inside is its child and set to die with it. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

function limitArguments({ memory, cpuSeconds, fileBytes = 16 * mebibyte }: ContainedProgram): string[] {
  const limit = 'addressSpace' in memory ? `--as=${memory.addressSpace}` : `--data=${memory.data}`
  const stackBytes = 64 * mebibyte
  return [
    limit,
    `--cpu=${Math.ceil(cpuSeconds)}`,
    '--nofile=64',
    `--fsize=${fileBytes}`,
    '--core=0',
    `--stack=${stackBytes}`,
    '--',
  ]
}

function wrap({
  command,
  mounts,
  files = {},
  environment = {},
  scratchBytes = 64 * mebibyte,
}: ContainedProgram): string[] {
  const fileArguments = Object.keys(files).flatMap((path, index) => [
    '--ro-bind-data',
    String(firstFileDescriptor + index),
    path,
  ])
  return [
    ...['--unshare-user', '--uid', '65534', '--gid', '65534', '--unshare-all', '--hostname', 'sandbox'],
    ...['--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL', '--clearenv'],
    ...mergedFolders(),
    // Before the mounts: what is shown may itself lie under the host's /tmp.
    ...['--size', String(scratchBytes), '--tmpfs', '/tmp'],
    ...mounts.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...['--dir', '/dev', '--dev-bind', '/dev/null', '/dev/null', '--dev-bind', '/dev/urandom', '/dev/urandom'],
    ...fileArguments,
    ...('/dev/stdin' in files ? [] : ['--symlink', '/tmp/.stdin', '/dev/stdin']),
    ...['--remount-ro', '/', '--chdir', '/tmp'],
    ...Object.entries({ LANG: 'C.UTF-8', HOME: '/tmp', ...environment }).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]),
    ...['--seccomp', String(filterDescriptor), '--', ...command],
  ]
}

/** Where the host keeps `/lib` and its like as links into `/usr`, the program finds the same links. */
function mergedFolders(): string[] {
  return ['/lib', '/lib64'].flatMap((path) =>
    existsSync(path) && lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : [],
  )
}

const toolFolders = ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin']
const packages = { bwrap: 'bubblewrap', prlimit: 'util-linux', nice: 'coreutils' }

/** Absolute path of a system program. Fixed folders: a search path is the user's to bend. */
function requireTool(name: keyof typeof packages): string {
  const path = toolFolders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate))
  if (path) return path
  throw new SandboxUnavailable(
    `${name} is not installed (looked in ${toolFolders.join(', ')}). Install ${packages[name]}.`,
  )
}
