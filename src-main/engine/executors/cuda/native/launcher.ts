/** Kernels as functions of the card, and launches of them. */
import koffi from 'koffi'
import { cachedCode } from '../code-cache.ts'
import type { Argument } from '../driver.ts'
import { type Kernel, type Launch, requireLaunch } from '../kernel.ts'
import type { Compiler } from './compiler.ts'
import { cuda as constants } from './constants.ts'
import type { CudaFunctions } from './cuda.ts'
import { CallError, outPointer } from './library.ts'

/** The most parameters of one kernel: 4 kB of values on every card. */
const mostParameters = 512
/** Dynamic shared memory that a kernel may use without asking. */
const freeSharedBytes = 48 * 1024

interface Loaded {
  readonly handle: bigint
  /** Dynamic shared memory asked for so far. */
  sharedBytes: number
}

/** What an image is refused by that the driver, or the card, is too old or too new for. */
const notForThisDriver: ReadonlySet<number> = new Set([
  constants.CUDA_ERROR_INVALID_IMAGE,
  constants.CUDA_ERROR_NO_BINARY_FOR_GPU,
  constants.CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
])

function int32(kernel: string, value: number): number {
  if ((value | 0) !== value) throw new Error(`The kernel "${kernel}" got ${value}, expected a whole number of 32 bits.`)
  return value
}

export interface LauncherOptions {
  readonly compiler: Compiler
  readonly capability: number
  /** Most shared memory of a block, bytes. */
  readonly sharedBytes: number
  /** Folder of compiled code. */
  readonly cache: string
}

export class Launcher {
  readonly #cuda: CudaFunctions
  readonly #options: LauncherOptions
  readonly #loaded = new Map<string, Loaded>()
  readonly #modules: bigint[] = []
  /** Pinned memory, because it has an address that stays: values, then a pointer to each. */
  readonly #base: bigint
  readonly #values: DataView

  constructor(cuda: CudaFunctions, options: LauncherOptions) {
    this.#cuda = cuda
    this.#options = options
    const pointer = outPointer()
    cuda.cuMemHostAlloc(pointer, 16 * mostParameters, 0)
    this.#base = pointer[0]!
    this.#values = new DataView(koffi.view(this.#base, 16 * mostParameters))
    for (let index = 0; index < mostParameters; index++)
      this.#values.setBigUint64(8 * (mostParameters + index), this.#base + BigInt(8 * index), true)
  }

  load(kernel: Kernel): Loaded {
    const known = this.#loaded.get(kernel.name + kernel.source)
    if (known) return known
    const { compiler, capability, cache } = this.#options
    const architecture = compiler.architectureFor(capability)
    const target = { architecture, compiler: compiler.name }
    const code = cachedCode(cache, kernel, target, () => compiler.compile(kernel, architecture))
    const [module, handle] = [outPointer(), outPointer()]
    this.#loadModule(module, code, `${compiler.name} for ${architecture}`)
    this.#modules.push(module[0]!)
    this.#cuda.cuModuleGetFunction(handle, module[0], kernel.name)
    const loaded = { handle: handle[0]!, sharedBytes: freeSharedBytes }
    this.#loaded.set(kernel.name + kernel.source, loaded)
    return loaded
  }

  #loadModule(module: BigUint64Array, code: Uint8Array, origin: string): void {
    try {
      this.#cuda.cuModuleLoadData(module, code)
    } catch (error) {
      if (!(error instanceof CallError) || !notForThisDriver.has(error.code)) throw error
      throw new Error(
        `The card's driver does not take the code of ${origin}: update the driver, or use a compiler of the driver's own version. ${error.message}`,
        { cause: error },
      )
    }
  }

  launch(launch: Launch, given: readonly Argument[], stream: bigint): void {
    requireLaunch(launch, given.length)
    const { kernel, grid, block, sharedBytes } = launch
    if (sharedBytes > this.#options.sharedBytes)
      throw new Error(
        `The kernel "${kernel.name}" wants ${sharedBytes} bytes of shared memory, the card has ${this.#options.sharedBytes} a block.`,
      )
    const loaded = this.load(kernel)
    if (sharedBytes > loaded.sharedBytes) {
      this.#cuda.cuFuncSetAttribute(
        loaded.handle,
        constants.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
        sharedBytes,
      )
      loaded.sharedBytes = sharedBytes
    }
    this.#pack(kernel, given)
    const parameters = this.#base + BigInt(8 * mostParameters)
    this.#cuda.cuLaunchKernel(loaded.handle, ...grid, ...block, sharedBytes, stream, parameters, null)
  }

  /** The call copies the values, so that one place serves all launches. */
  #pack({ name, parameters }: Kernel, given: readonly Argument[]): void {
    if (given.length > mostParameters)
      throw new Error(`The kernel "${name}" takes ${given.length} parameters, more than ${mostParameters}.`)
    for (const [index, argument] of given.entries()) {
      const place = 8 * index
      const value = typeof argument === 'number' ? argument : argument.address
      const kind = parameters[index]!
      if (kind === 'float32') this.#values.setFloat32(place, value, true)
      else if (kind === 'int32') this.#values.setInt32(place, int32(name, value), true)
      else this.#values.setBigInt64(place, BigInt(value), true)
    }
  }

  dispose(): void {
    for (const module of this.#modules) this.#cuda.cuModuleUnload(module)
    this.#cuda.cuMemFreeHost(this.#base)
  }
}
