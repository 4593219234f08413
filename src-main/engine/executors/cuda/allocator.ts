/** Memory that is kept when it is given back: asking the driver again would wait for the card. */
import { type Address, type Driver, OutOfDeviceMemory } from './driver.ts'

/** Small blocks come in multiples of this many bytes, large ones of `largeStep`, so that blocks fit again. */
const smallStep = 512
const largeStep = 2 ** 21
const largeFrom = 2 ** 20
/** A kept block serves a request of at least this share of it. */
const leastShare = 0.75

export interface MemoryUse {
  /** Bytes in use, kept for later, and the most that were in use at once. */
  readonly used: number
  readonly kept: number
  readonly peak: number
}

/** What a request of so many bytes takes. */
export const blockBytes = (bytes: number): number => {
  const step = bytes > largeFrom ? largeStep : smallStep
  return Math.max(step, Math.ceil(bytes / step) * step)
}

export class Allocator {
  readonly #driver: Driver
  readonly #place: 'card' | 'host'
  readonly #sizes = new Map<Address, number>()
  /** Blocks given back, by size. */
  readonly #kept = new Map<number, Address[]>()
  #used = 0
  #keptBytes = 0
  #peak = 0

  /** Of the card, or pinned memory of the host. */
  constructor(driver: Driver, place: 'card' | 'host' = 'card') {
    this.#driver = driver
    this.#place = place
  }

  get use(): MemoryUse {
    return { used: this.#used, kept: this.#keptBytes, peak: this.#peak }
  }

  /** Throws an `OutOfDeviceMemory` when the card has no room even without what is kept. */
  allocate(bytes: number): Address {
    const wanted = blockBytes(bytes)
    const size = this.#fitting(wanted)
    const address = size === undefined ? this.#fresh(wanted) : this.#take(size)
    const actual = size ?? wanted
    this.#sizes.set(address, actual)
    this.#used += actual
    this.#peak = Math.max(this.#peak, this.#used)
    return address
  }

  #fitting(wanted: number): number | undefined {
    let best: number | undefined
    for (const [size, blocks] of this.#kept) {
      const fits = blocks.length > 0 && size >= wanted && wanted >= leastShare * size
      if (fits && (best === undefined || size < best)) best = size
    }
    return best
  }

  /** The lowest address of a size: a step that takes and gives back what the step before did gets the same addresses. */
  #take(size: number): Address {
    this.#keptBytes -= size
    const blocks = this.#kept.get(size)!
    const lowest = Math.min(...blocks)
    blocks.splice(blocks.indexOf(lowest), 1)
    return lowest
  }

  #fresh(bytes: number): Address {
    if (this.#place === 'host') return this.#driver.allocateHost(bytes)
    try {
      return this.#driver.allocate(bytes)
    } catch (error) {
      if (!(error instanceof OutOfDeviceMemory) || this.#keptBytes === 0) throw error
      this.empty()
      return this.#driver.allocate(bytes)
    }
  }

  /** Later work may get the block at once: work runs in the order of one stream. */
  release(address: Address): void {
    const size = this.#sizes.get(address)
    if (size === undefined) throw new Error(`There is no block at ${address}.`)
    this.#sizes.delete(address)
    this.#used -= size
    this.#keptBytes += size
    const blocks = this.#kept.get(size)
    if (blocks) blocks.push(address)
    else this.#kept.set(size, [address])
  }

  /** Gives everything kept back to the card. */
  empty(): void {
    for (const blocks of this.#kept.values()) for (const address of blocks) this.#driver.free(address)
    this.#kept.clear()
    this.#keptBytes = 0
  }
}
