/** The block of memory that runs share, one after another, and the small outputs in it that nobody has read yet. */
import type { Allocator } from './allocator.ts'
import type { Address } from './driver.ts'

export interface Unread {
  /** Fetches the outputs before the next run overwrites them. */
  readonly fetch: () => void
}

export class Workspace {
  readonly #memory: Allocator
  #address: Address = 0
  #bytes = 0
  #unread: Unread | undefined
  /** Grows when the block moves: addresses in it are then of no use. */
  generation = 0

  constructor(memory: Allocator) {
    this.#memory = memory
  }

  /** The block, of at least `bytes`, with nothing in it that anybody still wants. */
  take(bytes: number): Address {
    this.flush()
    if (bytes > this.#bytes) {
      if (this.#bytes > 0) this.#memory.release(this.#address)
      this.#bytes = 0
      this.#address = this.#memory.allocate(bytes)
      this.#bytes = bytes
      this.generation++
    }
    return this.#address
  }

  /** Leaves outputs in the block until somebody reads them or the next run takes it. */
  leave(unread: Unread): void {
    this.#unread = unread
  }

  flush(): void {
    const unread = this.#unread
    this.#unread = undefined
    unread?.fetch()
  }
}
