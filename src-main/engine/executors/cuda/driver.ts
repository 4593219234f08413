/** What the executor needs of a card. Work is put in order on streams and runs while the host goes on. */
import type { Kernel, Launch } from './kernel.ts'

/** A device address: below 2⁵³ on every system, so a number holds it. */
export type Address = number

/** A stretch of device memory that a piece of work touches. */
export interface Span {
  readonly address: Address
  readonly bytes: number
}

/** A pointer argument of a kernel, with what the kernel may touch behind it. */
export interface PointerArgument extends Span {
  readonly access: 'read' | 'write' | 'update'
}

export type Argument = number | PointerArgument

/** How numbers lie in memory; `bfloat16` is a way to store a program's float32. */
export type Storage = 'float32' | 'bfloat16' | 'int32' | 'bool'

export const storageBytes: Readonly<Record<Storage, number>> = { float32: 4, bfloat16: 2, int32: 4, bool: 1 }

/** A row-major matrix, or one per entry of a batch; `transposed` swaps its axes as the product reads it. */
export interface Matrix extends Span {
  readonly storage: 'float32' | 'bfloat16'
  /** Elements from one row to the next. */
  readonly rowStride: number
  /** Elements from one matrix of the batch to the next; 0 shares one. */
  readonly batchStride: number
  readonly transposed: boolean
}

/** d = alpha · a · b + beta · c + bias, with a [m, k], b [k, n] after transposition, c and d [m, n]. Sums are float32. */
export interface Product {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly batch: number
  readonly alpha: number
  readonly beta: number
  readonly a: Matrix
  readonly b: Matrix
  /** Absent where beta is 0; may be `d` itself. */
  readonly c?: Matrix
  /** Added to every row [n]; of the storage of `d`. Not beside `c`. */
  readonly bias?: Span
  readonly d: Matrix
  /** Whether float32 factors may be rounded to tf32 on their way into the tensor cores. */
  readonly tf32: boolean
}

/** The orders of work: what is computed, and copies beside it, one order for each direction of the bus. */
export type Stream = 'compute' | 'upload' | 'download'

export type HostData = Float32Array | Int32Array | Uint8Array

/** A sequence of work recorded once, to be put on a stream in one call. */
export interface Recording {
  readonly release: () => void
}

export interface Card {
  readonly index: number
  readonly name: string
  /** As compilers name it: 90 for `sm_90`. */
  readonly capability: number
  readonly multiprocessors: number
  /** Bytes. */
  readonly memory: number
  /** Dynamic shared memory that a block can ask for, bytes. */
  readonly sharedBytes: number
}

export interface Driver {
  readonly card: Card
  /** Throws an `OutOfDeviceMemory` where there is no room. */
  allocate(bytes: number): Address
  /** Pinned memory of the host, for state that does not fit the card: the card reads and writes it over the bus. */
  allocateHost(bytes: number): Address
  /** Work already put on a stream may still use the memory; it is given back after that. */
  free(address: Address): void
  /** Compiles and loads what is not loaded yet; launching does so as well, one at a time. */
  load(kernels: readonly Kernel[]): void
  /** Work is put on the compute stream, where nothing else is said. */
  launch(launch: Launch, given: readonly Argument[]): void
  multiply(product: Product): void
  fill(target: Span, byte: number): void
  /** Between any two places, pinned host memory included. */
  copy(target: Span, source: Span, stream?: Stream): void
  /** The data may change as soon as this returns. */
  upload(target: Span, data: HostData): void
  /** Waits for all work before it. */
  download(target: HostData, source: Span): void
  /** Later work of `waiting` begins after the work put on `awaited` until now. */
  order(waiting: Stream, awaited: Stream): void
  /**
   * Records what `work` puts on the compute stream instead of running it, and on streams that wait for it in `work`; at the
   * end the compute stream has waited for each of them.
   */
  record(work: () => void): Recording
  replay(recording: Recording): void
  /** Waits for all work of all streams. Throws what failed in it. */
  synchronize(): void
  dispose(): void
}

export class OutOfDeviceMemory extends Error {
  override readonly name = 'OutOfDeviceMemory'
  readonly bytes: number
  constructor(card: Card, bytes: number) {
    super(`The card "${card.name}" has no room for ${bytes} more bytes.`)
    this.bytes = bytes
  }
}
