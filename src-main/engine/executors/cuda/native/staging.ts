/** Pinned host memory between the program's arrays and the card: copies from and to it run beside other work. */
import koffi from 'koffi'
import type { HostData, Span } from '../driver.ts'
import { cuda as constants } from './constants.ts'
import type { CudaFunctions } from './cuda.ts'
import { outPointer } from './library.ts'

const slotBytes = 8 * 2 ** 20
const slotCount = 4
/** Seen by all contexts, and by the card under its own address. */
export const pinned = constants.CU_MEMHOSTALLOC_PORTABLE | constants.CU_MEMHOSTALLOC_DEVICEMAP

interface Slot {
  readonly address: bigint
  readonly bytes: Uint8Array
  /** Passed when the last copy out of the slot is done. */
  readonly event: bigint
}

export class Staging {
  readonly #cuda: CudaFunctions
  readonly #stream: bigint
  readonly #slots: Slot[]
  #next = 0

  constructor(cuda: CudaFunctions, stream: bigint) {
    this.#cuda = cuda
    this.#stream = stream
    this.#slots = Array.from({ length: slotCount }, () => {
      const [pointer, event] = [outPointer(), outPointer()]
      cuda.cuMemHostAlloc(pointer, slotBytes, pinned)
      cuda.cuEventCreate(event, constants.CU_EVENT_DISABLE_TIMING)
      const address = pointer[0]!
      return { address, bytes: new Uint8Array(koffi.view(address, slotBytes)), event: event[0]! }
    })
  }

  #take(): Slot {
    const slot = this.#slots[this.#next]!
    this.#next = (this.#next + 1) % slotCount
    this.#cuda.cuEventSynchronize(slot.event)
    return slot
  }

  upload({ address }: Span, data: HostData): void {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    for (let from = 0; from < bytes.length; from += slotBytes) {
      const piece = bytes.subarray(from, from + slotBytes)
      const slot = this.#take()
      slot.bytes.set(piece)
      this.#cuda.cuMemcpyAsync(address + from, slot.address, piece.length, this.#stream)
      this.#cuda.cuEventRecord(slot.event, this.#stream)
    }
  }

  /** Two pieces are under way at a time: one is copied out while the next comes. */
  download(data: HostData, { address }: Span): void {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const coming: { slot: Slot; from: number }[] = []
    const finish = () => {
      const { slot, from } = coming.shift()!
      this.#cuda.cuEventSynchronize(slot.event)
      bytes.set(slot.bytes.subarray(0, Math.min(slotBytes, bytes.length - from)), from)
    }
    for (let from = 0; from < bytes.length; from += slotBytes) {
      const slot = this.#take()
      const count = Math.min(slotBytes, bytes.length - from)
      this.#cuda.cuMemcpyAsync(slot.address, address + from, count, this.#stream)
      this.#cuda.cuEventRecord(slot.event, this.#stream)
      coming.push({ slot, from })
      if (coming.length > 1) finish()
    }
    while (coming.length > 0) finish()
  }

  dispose(): void {
    for (const { address, event } of this.#slots) {
      this.#cuda.cuMemFreeHost(address)
      this.#cuda.cuEventDestroy_v2(event)
    }
  }
}
