/**
 * Work of runs that is put on the card in one call: a run whose every address is as in the run before it is recorded, and
 * from then on replayed. One recording per plan and set of addresses; those not used for long go.
 */
import type { Driver, Recording } from './driver.ts'

/** Fewer pieces of work than this are put on the stream one by one. */
const worthRecording = 8
const mostKept = 4

export class Recordings {
  readonly #driver: Driver
  /** The most recently used last. */
  readonly #kept = new Map<string, Recording>()
  #last: string | undefined

  constructor(driver: Driver) {
    this.#driver = driver
  }

  /** Runs `work`, which has `pieces`, on memory that `addresses` names. */
  run(addresses: readonly number[], pieces: number, work: () => void): void {
    const key = addresses.join()
    const known = this.#kept.get(key)
    if (known) this.#replay(key, known)
    else if (pieces >= worthRecording && key === this.#last) this.#replay(key, this.#driver.record(work))
    // The first time compiles and chooses algorithms, which cannot be recorded.
    else work()
    this.#last = key
  }

  #replay(key: string, recording: Recording): void {
    this.#kept.delete(key)
    this.#kept.set(key, recording)
    for (const [oldest, { release }] of this.#kept) {
      if (this.#kept.size <= mostKept) break
      this.#kept.delete(oldest)
      release()
    }
    this.#driver.replay(recording)
  }

  release(): void {
    for (const { release } of this.#kept.values()) release()
    this.#kept.clear()
  }
}
