/** Programs on an NVIDIA card. State, and outputs that nobody reads on the host, stay on the card. */
import { sizeOfShape } from '../../dims.ts'
import type {
  CacheEntries,
  CacheOptions,
  CompiledProgram,
  Executor,
  GatheredSize,
  RunOptions,
  StateOptions,
  Tensor,
} from '../../executor.ts'
import type { Program, TensorData } from '../../graph.ts'
import { dtypeOf, renameState } from '../binding.ts'
import { Allocator, type MemoryUse } from './allocator.ts'
import { gatherCache } from './caches.ts'
import type { Driver } from './driver.ts'
import { tokensAtOnce } from './plan.ts'
import { PreparedProgram } from './prepared.ts'
import { States } from './states.ts'
import { Workspace } from './workspace.ts'

export interface CudaOptions {
  /** Whether products of float32 may round their factors to tf32; default false. */
  readonly tf32?: boolean
  /** How activations and the factors of products are kept; default `float32`. Statistics and state are float32 always. */
  readonly precision?: 'float32' | 'bfloat16'
}

/** Memory of the card. */
export interface CudaMemory extends MemoryUse {
  /** Bytes of pinned memory of the host. */
  readonly offloaded: number
}

/** Vectors take next to nothing, and norms and biases are worth their digits. */
const isMatrix = (shape: readonly number[]) => shape.length > 1

class CudaExecutor implements Executor {
  readonly name = 'cuda'
  readonly tokensAtOnce = tokensAtOnce
  readonly sharesPrompts = true
  readonly #driver: Driver
  readonly #options: Required<CudaOptions>
  readonly #memory: Allocator
  readonly #states: States
  readonly #workspace: Workspace

  constructor(driver: Driver, { tf32 = false, precision = 'float32' }: CudaOptions) {
    this.#driver = driver
    this.#options = { tf32, precision }
    this.#memory = new Allocator(driver)
    this.#states = new States(driver, this.#memory)
    this.#workspace = new Workspace(this.#memory)
  }

  get memory(): CudaMemory {
    return { ...this.#memory.use, offloaded: this.#states.offloadedBytes }
  }

  compile(program: Program): Promise<CompiledProgram> {
    const prepared = new PreparedProgram(program, {
      driver: this.#driver,
      memory: this.#memory,
      states: this.#states,
      workspace: this.#workspace,
      tf32: this.#options.tf32,
      rounded: this.#options.precision === 'bfloat16',
    })
    return Promise.resolve({
      program,
      run: async (inputs: Readonly<Record<string, Tensor>>, options: RunOptions = {}) =>
        prepared.run(inputs, (name) => renameState(name, options.rename ?? {})),
      release: async () => prepared.release(),
    })
  }

  createState(name: string, { shape, dtype = 'float32', data, frozen = false, offloaded = false }: StateOptions): void {
    if (data && (data.length !== sizeOfShape(shape) || dtypeOf(data) !== dtype)) {
      throw new Error(`State "${name}": got ${data.length} elements, expected ${dtype} [${shape}].`)
    }
    const storage = frozen && isMatrix(shape) && dtype === 'float32' ? this.#options.precision : dtype
    this.#states.put(name, { shape, dtype, storage, frozen, offloaded }, data)
  }

  createCache(name: string, { capacity, rowShape }: CacheOptions): void {
    const storage = this.#options.precision
    this.#states.put(name, { shape: [0, ...rowShape], dtype: 'float32', storage, capacity })
  }

  cacheLength(name: string): number {
    return this.#states.cache(name).shape[0]!
  }

  setCacheLength(name: string, length: number): void {
    this.#states.setLength(name, length)
  }

  gatherCache(name: string, sources: readonly CacheEntries[], size: GatheredSize): void {
    gatherCache(this.#driver, this.#memory, this.#states, name, sources, size)
  }

  hasState(name: string): boolean {
    return this.#states.has(name)
  }

  readState(name: string): Tensor {
    return { shape: this.#states.get(name).shape, data: this.#states.read(name) }
  }

  writeState(name: string, data: TensorData): void {
    this.createState(name, { ...this.#states.get(name), data })
  }

  dropState(name: string): void {
    this.#states.drop(name)
  }

  async dispose(): Promise<void> {
    this.#workspace.flush()
    this.#states.clear()
    this.#driver.dispose()
  }
}

/** An executor on a card that a driver leads to. It disposes the driver with itself. */
export function createCudaExecutor(driver: Driver, options: CudaOptions = {}): Executor & { memory: CudaMemory } {
  return new CudaExecutor(driver, options)
}
