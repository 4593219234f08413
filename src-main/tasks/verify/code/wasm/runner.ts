/**
 * A throw-away process that holds one Python interpreter in WebAssembly and serves the harness in it. Frames come in on
 * descriptor 0 and go out on 1. Once the harness says that it is ready, every function that WebAssembly imports is
 * locked but for those of memory files and clocks: calling another ends the process. Pyodide alone is no sandbox.
 *
 * node runner.ts PYODIDE_FOLDER HARNESS_FOLDER plain|make|SNAPSHOT_FILE
 *
 * `make` writes a snapshot of the interpreter with the harness in it and ends; starting from one takes a fifth of the time.
 */
import { readdirSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lockImports } from './lock.ts'
import { limitFiles, type MemoryFiles } from './memory-files.ts'

const fileQuotaBytes = 96 << 20
const [pyodideFolder = '', harnessFolder = '', mode = 'plain'] = process.argv.slice(2)
const exitAtOnce = (process as unknown as { reallyExit(code: number): never }).reallyExit.bind(process)

interface Pyodide {
  readonly FS: Files
  runPython(source: string): unknown
  makeMemorySnapshot(): Uint8Array
}

interface Files extends MemoryFiles {
  mkdirTree(path: string): void
  unlink(path: string): void
  symlink(target: string, path: string): void
  writeFile(path: string, data: string): void
  makedev(major: number, minor: number): number
  registerDevice(device: number, operations: object): void
  mkdev(path: string, device: number): void
}

/** A frame as the harness writes them (channel.py). */
function report(header: Readonly<Record<string, string>>): void {
  const head = Buffer.from(JSON.stringify(header))
  const lengths = Buffer.alloc(8)
  lengths.writeUInt32BE(head.length, 0)
  writeAll(Buffer.concat([lengths, head]))
}

function writeAll(data: Uint8Array): void {
  for (let written = 0; written < data.length; ) {
    try {
      written += writeSync(1, data, written)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

const lock = lockImports((name): never => {
  report({ is: 'blocked', reason: name })
  return exitAtOnce(86)
})

/** The channel as devices of the interpreter's own file system. */
function addChannel(files: Files): void {
  const seek = (): number => 0
  const source = files.makedev(64, 0)
  files.registerDevice(source, {
    read: (_stream: unknown, buffer: Uint8Array, offset: number, length: number) =>
      readSync(0, buffer, offset, length, null),
    llseek: seek,
  })
  const sink = files.makedev(64, 1)
  files.registerDevice(sink, {
    write: (_stream: unknown, buffer: Uint8Array, offset: number, length: number) => {
      // The first thing the harness writes is that it is ready: from here on the solution may run.
      lock()
      writeAll(Uint8Array.from(buffer.subarray(offset, offset + length)))
      return length
    },
    llseek: seek,
  })
  files.unlink('/dev/stdin')
  files.symlink('/tmp/.stdin', '/dev/stdin')
  files.mkdev('/dev/quiver_in', source)
  files.mkdev('/dev/quiver_out', sink)
}

function addHarness(files: Files): void {
  files.mkdirTree('/quiver')
  for (const name of readdirSync(harnessFolder).filter((file) => file.endsWith('.py')))
    files.writeFile(`/quiver/${name}`, readFileSync(join(harnessFolder, name), 'utf8'))
}

/** What a process can do to others, gone before the interpreter is there. */
function disarm(): void {
  for (const name of ['kill', '_debugProcess', 'dlopen', 'getBuiltinModule', 'chdir', 'abort'])
    Object.defineProperty(process, name, { value: undefined })
  // Pyodide reads the numbers of the file flags from here; the permission model forbids the original.
  Object.defineProperty(process, 'binding', { value: () => ({ fs: {} }) })
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'navigator'])
    Object.defineProperty(globalThis, name, { value: undefined })
}

disarm()
const { loadPyodide } = (await import(pathToFileURL(join(pyodideFolder, 'pyodide.mjs')).href)) as {
  loadPyodide(options: object): Promise<Pyodide>
}
const silent = (): void => {}
const pyodide = await loadPyodide({
  indexURL: `${pyodideFolder}/`,
  jsglobals: Object.create(null),
  env: { HOME: '/tmp', LANG: 'C.UTF-8', PYTHONHASHSEED: '0' },
  stdin: () => null,
  stdout: silent,
  stderr: silent,
  ...(mode === 'make' ? { _makeSnapshot: true } : {}),
  ...(mode === 'make' || mode === 'plain' ? {} : { _loadSnapshot: readFileSync(mode) }),
})
addHarness(pyodide.FS)
pyodide.runPython('import sys; sys.path.insert(0, "/quiver"); import harness')
if (mode === 'make') {
  writeAll(pyodide.makeMemorySnapshot())
  exitAtOnce(0)
}
limitFiles(pyodide.FS, fileQuotaBytes)
addChannel(pyodide.FS)
pyodide.runPython('sys.argv = ["harness.py", "/dev/quiver_in", "/dev/quiver_out"]; harness.main()')
