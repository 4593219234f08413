/**
 * `node test/card/pack.ts FILE`: an archive (tar, xz) of everything that `run.ts` needs on a machine without a network: Node,
 * the sources, and those dependencies that do not come from NVIDIA. There: `tar -xJf FILE && ./node test/card/run.ts`.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const largest = 64 * 2 ** 20
const sources = [
  'package.json',
  'src-main',
  'src-preload',
  'resources/models',
  'resources/datasets',
  'resources/recipes',
]
const tests = ['test/card', 'test/engine/conformance', 'test/helpers', 'test/fixtures/models']
/** Needed in the page or in the sandbox only. */
const left = new Set(['pyodide', 'electron', 'node'])
const linux = `linux/${process.arch}`

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const packageOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package

/** Production dependencies that lie in node_modules, and theirs. */
export function dependencies(from: string): string[] {
  const found = new Set<string>()
  const visit = ({ dependencies: needed = {}, optionalDependencies: optional = {} }: Package) => {
    for (const name of [...Object.keys(needed), ...Object.keys(optional)]) {
      const folder = join(from, 'node_modules', name)
      if (left.has(name) || found.has(name) || !existsSync(join(folder, 'package.json'))) continue
      found.add(name)
      visit(packageOf(folder))
    }
  }
  visit(packageOf(from))
  return [...found].sort()
}

/** Sources of native code, and binaries for other systems, stay behind. */
function isNeeded(path: string): boolean {
  const [, inside = ''] = path.split('/node_modules/')
  if (/^better-sqlite3\/(deps|src)(\/|$)/.test(inside)) return false
  if (/^koffi\/(doc|vendor)(\/|$)/.test(inside)) return false
  const binaries = /^onnxruntime-node\/bin\/napi-v\d+\/(.+)$/.exec(inside)?.[1]
  return binaries === undefined || linux.startsWith(binaries) || binaries.startsWith(linux)
}

export function pack(file: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'quiver-pack-'))
  try {
    const modules = dependencies(root).map((name) => join('node_modules', name))
    for (const path of [...sources, ...tests, ...modules])
      cpSync(join(root, path), join(folder, path), { recursive: true, filter: isNeeded, dereference: true })
    cpSync(process.execPath, join(folder, 'node'), { dereference: true })
    execFileSync('tar', ['-C', folder, '-cJf', file, '.'], { env: { ...process.env, XZ_OPT: '-6 -T2' } })
  } finally {
    rmSync(folder, { recursive: true })
  }
  return statSync(file).size
}

if (import.meta.main) {
  const [file] = process.argv.slice(2)
  if (!file) throw new Error('pack.ts takes the archive to write.')
  const bytes = pack(file)
  if (bytes > largest) throw new Error(`${file} has ${bytes} bytes, more than ${largest} that can be carried.`)
  console.log(`${file}: ${(bytes / 2 ** 20).toFixed(1)} MiB`)
}
