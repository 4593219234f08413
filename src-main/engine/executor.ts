/** What runs programs. The rest of the engine, and everything above it, cannot tell which executor it has. */
import type { DType, Program, TensorData } from './graph.ts'

export interface Tensor {
  readonly shape: readonly number[]
  /**
   * An executor may leave an output on its device and fetch the numbers when they are first read; given to another of
   * its programs, such a tensor never travels.
   */
  readonly data: TensorData
  /** Gives back the device's memory; absent where a tensor holds none. Numbers not read until then are lost. */
  readonly release?: () => void
}

export interface StateOptions {
  readonly shape: readonly number[]
  readonly dtype?: DType
  /** Initial content, which the executor takes over and may write in; zeros when absent. */
  readonly data?: TensorData
  /** Programs only read it: an executor may keep it in the width that it computes with, and then reads it back rounded. */
  readonly frozen?: boolean
  /** An executor whose device has memory of its own keeps it in the host's, and brings it over piece by piece. */
  readonly offloaded?: boolean
}

/** A state that grows on its leading axis: `append` updates write after the rows it holds, up to the capacity. */
export interface CacheOptions {
  readonly capacity: number
  /** Shape of one row: the state's shape without its leading axis. */
  readonly rowShape: readonly number[]
}

/** Entries (axis 1) of the cache `from`. */
export interface CacheEntries {
  readonly from: string
  readonly entries: Int32Array
}

export interface GatheredSize {
  /** Rows kept of the sources, the last ones. */
  readonly rows: number
  readonly capacity: number
}

export interface RunOptions {
  /**
   * Replaces the beginnings of state names: `{ policy: 'reference' }` runs on `reference/…` instead of `policy/…`. A
   * beginning ends before a `/` or a `.` of the name; of several that fit, the longest counts.
   */
  readonly rename?: Readonly<Record<string, string>>
}

export interface CompileOptions {
  /**
   * States that stay as they are while the program lives, runs of it included. An executor may build their content in:
   * faster runs for a copy of them.
   */
  readonly frozen?: readonly string[]
}

/** A program made ready by an executor. Sizes of symbolic dims are bound by the inputs of each run. */
export interface CompiledProgram {
  readonly program: Program
  /** Throws when an input is missing or does not fit the declared shape. */
  run(inputs: Readonly<Record<string, Tensor>>, options?: RunOptions): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

export interface Executor {
  readonly name: string
  /** Tokens that fill the device when they go through a model together; absent: as many as suit a CPU's caches. */
  readonly tokensAtOnce?: number
  /** Whether decoding over prompts that rows share is better than over a copy for each row; absent: it is not. */
  readonly sharesPrompts?: boolean
  compile(program: Program, options?: CompileOptions): Promise<CompiledProgram>
  createState(name: string, options: StateOptions): void
  createCache(name: string, options: CacheOptions): void
  /** Rows that a cache holds now; `setCacheLength(name, 0)` empties it. */
  cacheLength(name: string): number
  setCacheLength(name: string, length: number): void
  /**
   * Rebuilds a cache from entries (axis 1) of caches of one row shape, in the order given; repeats copy, absences drop.
   * The sources meet at their last rows; before its first row a shorter one is zeros.
   */
  gatherCache(name: string, sources: readonly CacheEntries[], size: GatheredSize): void
  hasState(name: string): boolean
  /** A copy of a state's content. */
  readState(name: string): Tensor
  writeState(name: string, data: TensorData): void
  /** Frees a state; unknown names are ignored. */
  dropState(name: string): void
  dispose(): Promise<void>
}

/** Gives back the memory of tensors that nothing reads any more; the collector would keep it until it runs. */
export function releaseTensors(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) {
    if (tensor.release) {
      tensor.release()
      continue
    }
    const { buffer } = tensor.data
    if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
  }
}
