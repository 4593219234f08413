/**
 * Work of runs that is put on the card in one call: a run whose every address is as in an earlier run is recorded, and from
 * then on replayed. One recording per set of addresses, such as those of one layer; those not used for long go.
 */
import type { Driver, Recording } from './driver.ts'

/** Fewer pieces of work than this are put on the stream one by one. */
const worthRecording = 8
/** Recordings of a plan, and sets of addresses that it remembers: more than a model has layers. */
const mostKept = 128

export class Recordings {
  readonly #driver: Driver
  /** By addresses, the most recently used last; undefined until a second run asks for them. */
  readonly #known = new Map<string, Recording | undefined>()

  #refused = false

  constructor(driver: Driver) {
    this.#driver = driver
  }

  /** Runs `work`, which has `pieces`, on memory that `addresses` names. */
  run(addresses: readonly number[], pieces: number, work: () => void): void {
    if (pieces < worthRecording) {
      work()
      return
    }
    const key = addresses.join()
    const again = this.#known.has(key)
    let failure: unknown
    const record = () => {
      try {
        return this.#driver.record(work)
      } catch (error) {
        failure = error
        return undefined
      }
    }
    const recording = this.#known.get(key) ?? (again && !this.#refused ? record() : undefined)
    this.#remember(key, recording)
    if (recording) this.#driver.replay(recording)
    // The first time compiles and chooses algorithms, which cannot be recorded.
    else work()
    if (failure !== undefined) this.#refuse(failure as Error)
  }

  /** Work that runs piece by piece and cannot be recorded is not tried again: slower, and no reason to stop. */
  #refuse({ message }: Error): void {
    this.#refused = true
    process.emitWarning(`Work on the card is not recorded, which costs speed: ${message}`)
  }

  #remember(key: string, recording: Recording | undefined): void {
    this.#known.delete(key)
    this.#known.set(key, recording)
    if (this.#known.size <= mostKept) return
    const [oldest, dropped] = this.#known.entries().next().value!
    this.#known.delete(oldest)
    dropped?.release()
  }

  release(): void {
    for (const recording of this.#known.values()) recording?.release()
    this.#known.clear()
  }
}
