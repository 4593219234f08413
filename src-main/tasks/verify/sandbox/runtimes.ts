import { execFile } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { nodeBinary } from '../../../util/node-binary.ts'
import type { Mount } from './contained.ts'
import { SandboxUnavailable } from './errors.ts'

/** A language's interpreter, with all of the host that it needs to see. */
export interface Runtime {
  readonly executable: string
  /** Version as the interpreter gives it, for manifests. */
  readonly version: string
  readonly mounts: readonly Mount[]
}

/** Asks Python for its version, its library folders and the folders of the shared libraries it maps. */
const describePython = `
import json, os, sys, sysconfig
for name in ("ctypes", "ssl", "sqlite3", "lzma", "bz2", "decimal", "zlib", "hashlib", "numpy"):
    try:
        __import__(name)
    except ImportError:
        pass
maps = [line.split(None, 5)[-1].strip() for line in open("/proc/self/maps") if "/" in line]
paths = sysconfig.get_paths()
libraries = {os.path.dirname(path) for path in maps if ".so" in path}
packages = [path for path in sys.path if path and os.path.isdir(path)]
print(json.dumps({
    "executable": os.path.realpath(sys.executable),
    "version": sys.version.split()[0],
    "folders": sorted({paths["stdlib"], paths["platstdlib"], *libraries, *packages}),
}))
`
const pythonSchema = z.object({ executable: z.string(), version: z.string(), folders: z.array(z.string()) })

/** The system's CPython. @throws SandboxUnavailable when there is none. */
export async function pythonRuntime(): Promise<Runtime> {
  const { stdout } = await promisify(execFile)('python3', ['-s', '-c', describePython], { cwd: '/' }).catch(
    (error: Error) => {
      throw new SandboxUnavailable(
        `python3 does not run (${error.message.split('\n')[0]}). Install Python 3.9 or newer.`,
      )
    },
  )
  const { executable, version, folders } = pythonSchema.parse(JSON.parse(stdout))
  return { executable, version, mounts: readOnly([executable, ...folders]) }
}

/** What V8 reserves for code, which counts as data: a memory limit for Node.js is this and what the program may use. */
export const nodeReserveBytes = 768 << 20

/** The Node.js that this project runs on. @throws UserError when there is none. */
export function nodeRuntime(): Runtime {
  const executable = realpathSync(nodeBinary())
  const libraries = sharedLibraryFolders()
  return { executable, version: process.versions.node, mounts: readOnly([executable, ...libraries]) }
}

function sharedLibraryFolders(): string[] {
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] }
  return sharedObjects
    .filter((path) => path.includes('.so') && existsSync(path))
    .map((path) => dirname(realpathSync(path)))
}

/** The dynamic loader is named in every executable by a fixed path, which must lead to it inside as well. */
const loaders = (): Mount[] =>
  ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1', '/lib/ld-musl-x86_64.so.1', '/lib/ld-musl-aarch64.so.1']
    .filter((path) => existsSync(path))
    .map((path) => ({ from: realpathSync(path), to: join(realpathSync(dirname(path)), basename(path)) }))

/** The paths at the same places inside, each once: what a parent folder shows already is left out. */
function readOnly(paths: readonly string[]): Mount[] {
  const kept: string[] = []
  for (const path of [...new Set(paths)].sort())
    if (!kept.some((parent) => path.startsWith(`${parent}/`))) kept.push(path)
  return [...kept.map((path) => ({ from: path, to: path })), ...loaders()]
}
