/** Where NVIDIA's libraries lie on this computer. Looks at files only. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Missing } from '../../device.ts'

export type LibraryName = 'driver' | 'compiler' | 'products' | 'monitor'

interface Described {
  /** File names by preference. */
  readonly linux: readonly string[]
  readonly win32: readonly string[]
  /** Folder of pip's package beneath `nvidia`, which also names the package. */
  readonly wheel?: string
}

const libraries: Readonly<Record<LibraryName, Described>> = {
  driver: { linux: ['libcuda.so.1'], win32: ['nvcuda.dll'] },
  compiler: {
    linux: ['libnvrtc.so.13', 'libnvrtc.so.12'],
    win32: ['nvrtc64_130_0.dll', 'nvrtc64_120_0.dll'],
    wheel: 'cuda_nvrtc',
  },
  products: {
    linux: ['libcublasLt.so.13', 'libcublasLt.so.12'],
    win32: ['cublasLt64_13.dll', 'cublasLt64_12.dll'],
    wheel: 'cublas',
  },
  monitor: { linux: ['libnvidia-ml.so.1'], win32: ['nvml.dll'] },
}

/** What a card computes with, and the sentence that says that it is missing. */
const needed = {
  driver: (files: string) => `NVIDIA’s driver is not on this computer (${files}).`,
  compiler: (files: string) => `NVIDIA’s run-time compiler NVRTC is not on this computer (${files}).`,
  products: (files: string) => `NVIDIA’s library of matrix products cuBLASLt is not on this computer (${files}).`,
}

const looked = "Looked at QUIVER_CUDA, CUDA_HOME, the loader's folders and pip's packages."

export interface Places {
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** Root of the file system; other than `/` in tests. */
  readonly root: string
}

const here: Places = { platform: process.platform, environment: process.env, home: homedir(), root: '/' }

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Folders that the loader's own configuration names. */
function configured(root: string): string[] {
  const folder = join(root, 'etc/ld.so.conf.d')
  return namesIn(folder)
    .filter((name) => name.endsWith('.conf'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line.startsWith('/'))
}

const usual = [
  'usr/lib/x86_64-linux-gnu',
  'usr/lib/aarch64-linux-gnu',
  'usr/lib64',
  'usr/lib',
  'lib/x86_64-linux-gnu',
  'usr/lib/wsl/lib',
  'usr/local/cuda/lib64',
]

function loaderFolders({ platform, environment, root }: Places): string[] {
  const separator = platform === 'win32' ? ';' : ':'
  const path = (environment[platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH'] ?? '').split(separator).filter(Boolean)
  if (platform === 'win32') return [...path, join(environment.SystemRoot ?? 'C:\\Windows', 'System32')]
  return [...path, ...configured(root), ...usual.map((folder) => join(root, folder))]
}

/** Folders in which Python keeps packages. */
function pythonFolders({ environment, home, root, platform }: Places): string[] {
  const trees = [environment.VIRTUAL_ENV, environment.CONDA_PREFIX, join(home, '.local'), join(root, 'usr/local')]
  const found = trees.filter((tree) => tree !== undefined)
  if (platform === 'win32') return found.map((tree) => join(tree, 'Lib', 'site-packages'))
  return found.flatMap((tree) =>
    namesIn(join(tree, 'lib'))
      .filter((name) => name.startsWith('python3'))
      .flatMap((name) => ['site-packages', 'dist-packages'].map((kind) => join(tree, 'lib', name, kind))),
  )
}

function wheelFolders(wheel: string | undefined, places: Places): string[] {
  if (wheel === undefined) return []
  const inner = places.platform === 'win32' ? 'bin' : 'lib'
  return pythonFolders(places).flatMap((folder) =>
    [join('nvidia', 'cu13'), join('nvidia', wheel)].map((name) => join(folder, name, inner)),
  )
}

/** In this order: the folder of the setting QUIVER_CUDA, CUDA_HOME, the loader's folders, pip's packages. */
function foldersFor({ wheel }: Described, places: Places): string[] {
  const { environment, platform } = places
  const inner = platform === 'win32' ? 'bin' : 'lib64'
  const roots = [environment.CUDA_HOME, environment.CUDA_PATH].filter((root) => root !== undefined)
  return [
    ...(environment.QUIVER_CUDA ? [environment.QUIVER_CUDA] : []),
    ...roots.flatMap((root) => [join(root, inner), join(root, 'lib')]),
    ...loaderFolders(places),
    ...wheelFolders(wheel, places),
  ]
}

/** The version of CUDA that a file belongs to, where its name tells. */
const versionOf = (file: string): number => Number(/(?:\.so\.|64_)(1\d)/.exec(file)?.[1] ?? 0)

/**
 * The library's path; undefined where it lies in none of the places looked at. Of a version above `newest`, the newest CUDA
 * that the driver runs, none is taken.
 */
export function findLibrary(name: LibraryName, places: Places = here, newest = Infinity): string | undefined {
  const described = libraries[name]
  const files = described[places.platform === 'win32' ? 'win32' : 'linux']
  const folders = foldersFor(described, places)
  for (const file of files.filter((each) => versionOf(each) <= newest))
    for (const folder of folders) if (existsSync(join(folder, file))) return join(folder, file)
  return undefined
}

export const installs: Readonly<Partial<Record<LibraryName, string>>> = {
  compiler: 'pip install nvidia-cuda-nvrtc-cu12',
  products: 'pip install nvidia-cublas-cu12',
}

/** What a card needs and this computer lacks; the monitor is not needed to compute. */
export function missingLibraries(places: Places = here): Missing | undefined {
  if (places.platform !== 'linux' && places.platform !== 'win32')
    return { what: `NVIDIA has no CUDA for ${places.platform}.` }
  const lacking = (['driver', 'compiler', 'products'] as const).filter((name) => !findLibrary(name, places))
  if (lacking.length === 0) return undefined
  const sentences = lacking.map((name) => {
    const { linux, win32 } = libraries[name]
    return needed[name]((places.platform === 'win32' ? win32 : linux).join(' / '))
  })
  const what = [...sentences, looked].join(' ')
  const packages = lacking.flatMap((name) => installs[name]?.split(' ').at(-1) ?? [])
  if (lacking.includes('driver')) return { what: `${what} The driver comes from NVIDIA or the system's packages.` }
  return { what, install: `pip install ${packages.join(' ')}` }
}
