import type { SampleBlock, SampleDelta, SampleLane } from '../../../src-preload/contract/sample.ts'

/** At most one message in this time crosses the process. */
const blockMs = 50

/** Gathers what a task tells into blocks. */
export class SampleFeed {
  readonly #send: (block: SampleBlock) => void
  /** Called before a block leaves: what grows says what came to it. */
  readonly #growing = new Set<() => SampleDelta | null>()
  readonly #lanes: SampleLane[]
  #lanesChanged = true
  #rows: SampleDelta[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(models: readonly string[], send: (block: SampleBlock) => void) {
    this.#send = send
    this.#lanes = models.map((model) => ({ model, state: 'waiting', loaded: 0, tokenizer: null, message: null }))
    this.#schedule()
  }

  lane(index: number, change: Partial<Omit<SampleLane, 'model'>>): void {
    this.#lanes[index] = { ...this.#lanes[index]!, ...change }
    this.#lanesChanged = true
    this.#schedule()
  }

  row(delta: SampleDelta): void {
    this.#rows.push(delta)
    this.#schedule()
  }

  /** Asks for what came to a response when the next block leaves. */
  grow(take: () => SampleDelta | null): void {
    this.#growing.add(take)
    this.#schedule()
  }

  /** Sends the last block. */
  end(): void {
    this.#flush(true)
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flush(false), blockMs)
  }

  #flush(done: boolean): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const grown = [...this.#growing].flatMap((take) => take() ?? [])
    this.#growing.clear()
    const rows = [...this.#rows, ...grown]
    this.#rows = []
    if (!done && rows.length === 0 && !this.#lanesChanged) return
    this.#send({ lanes: this.#lanesChanged ? [...this.#lanes] : null, rows, done })
    this.#lanesChanged = false
  }
}
