/** Kernels to machine code by NVRTC. */
import { readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import koffi from 'koffi'
import type { Kernel } from '../kernel.ts'
import { CallError, checkedFunctions, outNumber, outPointer, textFunction } from './library.ts'

export const prototypes = {
  nvrtcVersion: 'int* major, int* minor',
  nvrtcCreateProgram: 'uint64_t* program, const char* source, const char* name, int headers, void* texts, void* names',
  nvrtcCompileProgram: 'uint64_t program, int count, const char** options',
  nvrtcGetCUBINSize: 'uint64_t program, size_t* bytes',
  nvrtcGetCUBIN: 'uint64_t program, void* code',
  nvrtcGetPTXSize: 'uint64_t program, size_t* bytes',
  nvrtcGetPTX: 'uint64_t program, void* code',
  nvrtcGetProgramLogSize: 'uint64_t program, size_t* bytes',
  nvrtcGetProgramLog: 'uint64_t program, void* text',
  nvrtcDestroyProgram: 'uint64_t* program',
  nvrtcGetNumSupportedArchs: 'int* count',
  nvrtcGetSupportedArchs: 'int* architectures',
} as const

type Functions = ReturnType<typeof openFunctions>
type Part = 'CUBIN' | 'PTX' | 'ProgramLog'

const openFunctions = (path: string) =>
  checkedFunctions(path, prototypes, textFunction(path, 'const char* nvrtcGetErrorString(int code)'))

/** Loads what the compiler opens by its bare name, which the loader finds only once it is loaded. */
function loadBuiltins(path: string): void {
  const folder = dirname(realpathSync(path))
  for (const name of readdirSync(folder))
    if (/^(lib)?nvrtc-builtins.*(\.so\.[\d.]+|\.dll)$/.test(name)) koffi.load(join(folder, name), { global: true })
}

export interface Compiler {
  /** Name and version. */
  readonly name: string
  /** What it compiles for on a card of this capability: the card's own code, or what the card's driver translates. */
  readonly architectureFor: (capability: number) => string
  /** Throws with the compiler's own words when the text does not compile. */
  readonly compile: (kernel: Kernel, architecture: string) => Uint8Array
}

function read(functions: Functions, program: bigint, part: Part): Uint8Array {
  const size = outPointer()
  functions[`nvrtcGet${part}Size`](program, size)
  const bytes = new Uint8Array(Number(size[0]))
  functions[`nvrtcGet${part}`](program, bytes)
  return bytes
}

function compile(functions: Functions, { name, source }: Kernel, architecture: string): Uint8Array {
  const handle = outPointer()
  functions.nvrtcCreateProgram(handle, source, `${name}.cu`, 0, null, null)
  const program = handle[0]!
  try {
    functions.nvrtcCompileProgram(program, 2, [`--gpu-architecture=${architecture}`, '--std=c++17'])
    return read(functions, program, architecture.startsWith('sm_') ? 'CUBIN' : 'PTX')
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    const log = new TextDecoder()
      .decode(read(functions, program, 'ProgramLog'))
      .replace(/\0+$/, '')
      .trim()
    throw new Error(`The kernel "${name}" does not compile for ${architecture}: ${error.message}\n${log}`)
  } finally {
    functions.nvrtcDestroyProgram(handle)
  }
}

/** Opens the library. Throws what the loader says where it cannot. */
export function openCompiler(path: string): Compiler {
  loadBuiltins(path)
  const functions = openFunctions(path)
  const [major, minor, count] = [outNumber(), outNumber(), outNumber()]
  functions.nvrtcVersion(major, minor)
  functions.nvrtcGetNumSupportedArchs(count)
  const known = new Int32Array(count[0]!)
  functions.nvrtcGetSupportedArchs(known)
  return {
    name: `nvrtc ${major[0]}.${minor[0]}`,
    architectureFor: (capability) => {
      if (known.includes(capability)) return `sm_${capability}`
      const older = Math.max(...known.filter((each) => each < capability))
      if (!Number.isFinite(older))
        throw new Error(`The compiler nvrtc ${major[0]}.${minor[0]} knows no card as old as sm_${capability}.`)
      return `compute_${older}`
    },
    compile: (kernel, architecture) => compile(functions, kernel, architecture),
  }
}
