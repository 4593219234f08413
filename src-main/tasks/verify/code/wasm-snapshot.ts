import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { HarnessProcess } from './session.ts'
import { Session } from './session.ts'
import type { WasmProgram } from './wasm-process.ts'

interface SnapshotSources {
  readonly pyodideFolder: string
  readonly runnerFolder: string
  readonly harnessFolder: string
  /** Version of Pyodide. */
  readonly version: string
}

type Start = (program: WasmProgram) => HarnessProcess

const startMs = 60_000
/** A snapshot is the interpreter's memory: tens of megabytes. */
const leastBytes = 8 << 20
const keptMs = 30 * 24 * 3_600_000

/**
 * Path of a snapshot that processes can start from, made now when there is none for these sources; null where it cannot
 * be made, kept or started from. Then processes start from nothing, which only takes longer.
 */
export async function snapshotFile(sources: SnapshotSources, start: Start): Promise<string | null> {
  const { version, ...folders } = sources
  const program = { ...folders, memoryBytes: 512 << 20, cpuSeconds: 120 }
  const folder = cacheFolder()
  const file = join(folder, `pyodide-${version}-${digest(sources)}.bin`)
  try {
    if (!existsSync(file)) await keep(folder, file, await makeSnapshot(start({ ...program, mode: 'make' })))
    return (await starts(start({ ...program, mode: file }))) ? file : null
  } catch {
    return null
  }
}

/** The user's folder for what can be made again. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'quiver', 'cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'quiver')
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'quiver')
}

/** Everything a snapshot depends on: the runner, the harness, and the Node.js that compiled the interpreter. */
function digest({ runnerFolder, harnessFolder }: SnapshotSources): string {
  const hash = createHash('sha256').update(process.version)
  for (const folder of [runnerFolder, harnessFolder])
    for (const name of readdirSync(folder).sort())
      if (/\.(py|ts)$/.test(name)) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

async function makeSnapshot(process: HarnessProcess): Promise<Buffer> {
  const timer = setTimeout(() => process.kill(), startMs)
  const chunks: Buffer[] = []
  process.fromProgram.on('data', (chunk: Buffer) => chunks.push(chunk))
  const { code } = await process.ended.finally(() => clearTimeout(timer))
  const snapshot = Buffer.concat(chunks)
  if (code !== 0 || snapshot.length < leastBytes) throw new Error('The snapshot was not made.')
  return snapshot
}

/** Writes the file whole or not at all, and clears away what was left long ago by other versions. */
async function keep(folder: string, file: string, snapshot: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const partial = `${file}.${process.pid}`
  await writeFile(partial, snapshot, { mode: 0o600 })
  await rename(partial, file)
  for (const name of await readdir(folder)) {
    const old = join(folder, name)
    const { mtimeMs } = await stat(old)
    if (name.startsWith('pyodide-') && Date.now() - mtimeMs > keptMs) await rm(old, { force: true })
  }
}

async function starts(process: HarnessProcess): Promise<boolean> {
  const session = new Session(process)
  const reply = await session.next(startMs)
  await session.close()
  return reply.kind === 'frame'
}
