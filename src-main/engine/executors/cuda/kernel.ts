/**
 * A kernel: CUDA C text and what a launch of it needs. A kernel file exports a function from compile-time options (dtype,
 * head size, …) to a `Kernel`, and one from sizes to a `Launch` of it. Equal options give equal text, so that compiled
 * code is found by its hash.
 */

/** What a kernel takes, in order. A pointer is a device address; the numbers are passed by value. */
export type ParameterKind = 'pointer' | 'int32' | 'int64' | 'float32'

export interface Kernel {
  /** Of the one `extern "C" __global__` function in `source`. */
  readonly name: string
  /** CUDA C that compiles by itself: the function with everything it needs, the shared prelude included. */
  readonly source: string
  readonly parameters: readonly ParameterKind[]
}

/** Blocks of a launch, or threads of a block, along x, y and z. */
export type Extent = readonly [x: number, y: number, z: number]

export interface Launch {
  readonly kernel: Kernel
  /** Every extent is at least 1: a launch over nothing is left out by the caller. */
  readonly grid: Extent
  readonly block: Extent
  /** Dynamic shared memory of a block, in bytes. */
  readonly sharedBytes: number
}

/** Largest grid along x, y and z, and largest block, of every card this executor knows. */
const largestGrid: Extent = [2 ** 31 - 1, 65_535, 65_535]
const largestBlock: Extent = [1024, 1024, 64]
const largestThreads = 1024

const fits = (extent: Extent, largest: Extent) =>
  extent.every((size, axis) => Number.isInteger(size) && size >= 1 && size <= largest[axis]!)

/** Throws, naming the kernel, on a launch that no card can take or that has not one argument per parameter. */
export function requireLaunch({ kernel, grid, block, sharedBytes }: Launch, given: number): void {
  const { name, parameters } = kernel
  if (given !== parameters.length)
    throw new Error(`The kernel "${name}" got ${given} arguments, expected ${parameters.length} (${parameters}).`)
  if (!fits(grid, largestGrid))
    throw new Error(`The kernel "${name}" got a grid of [${grid}], expected whole numbers from 1 to [${largestGrid}].`)
  if (!fits(block, largestBlock) || block[0] * block[1] * block[2] > largestThreads)
    throw new Error(`The kernel "${name}" got blocks of [${block}], expected at most ${largestThreads} threads.`)
  if (!Number.isInteger(sharedBytes) || sharedBytes < 0)
    throw new Error(`The kernel "${name}" got ${sharedBytes} bytes of shared memory.`)
}
