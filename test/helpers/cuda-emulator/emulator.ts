/**
 * Runs CUDA kernels on the host: the same text that a card gets, compiled by g++, every thread of a block a fibre. What it
 * finds: wrong numbers, touches outside of an allocation, shared memory read before it is written (poisoned with NaN),
 * barriers that some threads miss, and, by running a launch in both orders, races between barriers. What it cannot: timing,
 * bank conflicts, missing fences between blocks.
 */
import koffi from 'koffi'
import {
  type Kernel,
  type Launch,
  type ParameterKind,
  requireLaunch,
} from '../../../src-main/engine/executors/cuda/kernel.ts'
import { kernelLibrary, runtimeLibrary } from './compile.ts'

/** A device address, or a number as the kernel's parameter declares it. */
export type Argument = bigint | number
/** In which order the threads of a block run between two barriers. */
export type ThreadOrder = 'forward' | 'backward'

type Run = (index: number, launch: Int32Array, values: Uint8Array) => string | null

interface Found {
  readonly run: Run
  readonly index: number
}

const found = new Map<string, Found>()
const runtime = lazily(() => {
  const library = koffi.load(runtimeLibrary(), { global: true })
  return {
    allocate: library.func('uint64_t emulatedAllocate(uint64_t bytes)') as (bytes: bigint) => bigint | number,
    free: library.func('void emulatedFree(uint64_t address)') as (address: bigint) => void,
  }
})

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

const letters: Readonly<Record<ParameterKind, string>> = { pointer: 'p', int32: 'i', int64: 'l', float32: 'f' }

/** Compiles the kernels not compiled yet, all in one go: do so for many at once, a compiler's start costs the most. */
export function prepareKernels(kernels: readonly Kernel[]): void {
  const distinct = new Map(kernels.map((kernel) => [kernel.source, kernel]))
  const missing = [...distinct.values()].filter(({ source }) => !found.has(source))
  if (missing.length === 0) return
  runtime()
  const library = koffi.load(kernelLibrary(missing))
  const signatureAt = library.func('const char* emulatedSignatureAt(int index)')
  const run = library.func('const char* emulatedRunAt(int index, const int32_t* launch, const uint8_t* values)') as Run
  for (const [index, { name, source, parameters }] of missing.entries()) {
    const declared = parameters.map((kind) => letters[kind]).join('')
    const actual: string = signatureAt(index)
    if (declared !== actual) throw new Error(`The kernel "${name}" declares "${declared}" and takes "${actual}".`)
    found.set(source, { run, index })
  }
}

function valuesOf({ parameters }: Kernel, values: readonly Argument[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * Math.max(1, values.length)))
  for (const [place, kind] of parameters.entries()) {
    const value = values[place]!
    if (kind === 'float32') view.setFloat32(8 * place, Number(value), true)
    else if (kind === 'int32') view.setInt32(8 * place, Number(value), true)
    else view.setBigInt64(8 * place, BigInt(value), true)
  }
  return new Uint8Array(view.buffer)
}

/** Runs a launch to its end; throws a sentence when the kernel does what no kernel may. */
export function runLaunch(launch: Launch, values: readonly Argument[], order: ThreadOrder = 'forward'): void {
  requireLaunch(launch, values.length)
  prepareKernels([launch.kernel])
  const { run, index } = found.get(launch.kernel.source)!
  const numbers = [...launch.grid, ...launch.block, launch.sharedBytes, order === 'backward' ? 1 : 0]
  const failure = run(index, Int32Array.from(numbers), valuesOf(launch.kernel, values))
  if (failure) throw new Error(failure)
}

/** Memory that kernels see, filled with NaN (0xff); touching past its end (to 16 bytes) stops the kernel. */
export function allocate(bytes: number): bigint {
  const address = BigInt(runtime().allocate(BigInt(bytes)))
  if (address === 0n) throw new Error(`The emulator has no ${bytes} bytes.`)
  return address
}

export function free(address: bigint): void {
  runtime().free(address)
}

/** The memory itself, valid until it is freed. */
export function memoryAt(address: bigint, bytes: number): Uint8Array {
  if (bytes === 0) return new Uint8Array(0)
  return new Uint8Array(koffi.view(address, bytes))
}
