import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { metricSeriesAfterSequence } from '../store/metrics.ts'
import { runRevisions, runSummary } from '../store/runs.ts'
import type { ReadDb } from '../store/sql.ts'

/** How often the store is asked whether another process or connection has written to it. Also the shortest time between events. */
const pollMs = 50

export type Listener = (event: ChangeEvent) => void

/**
 * Tells listeners what changed in the store, whoever changed it. `db` must be a handle of its own: SQLite's data version
 * does not count what the same connection writes. Asks only while somebody listens.
 */
export class ChangeFeed {
  readonly #db: ReadDb
  readonly #onError: (error: unknown) => void
  readonly #listeners = new Set<Listener>()
  #timer: NodeJS.Timeout | undefined
  #dataVersion = -1
  #known: ReturnType<typeof runRevisions> = new Map()

  constructor(db: ReadDb, onError: (error: unknown) => void) {
    this.#db = db
    this.#onError = onError
  }

  /** Calls `listener` with every change from now on, until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    if (!this.#timer) this.#start()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.dispose()
    }
  }

  dispose(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #start(): void {
    this.#dataVersion = this.#readDataVersion()
    this.#known = runRevisions(this.#db)
    this.#timer = setInterval(() => this.#poll(), pollMs)
  }

  #readDataVersion(): number {
    return this.#db.pragma('data_version', { simple: true }) as number
  }

  #poll(): void {
    try {
      const dataVersion = this.#readDataVersion()
      if (dataVersion === this.#dataVersion) return
      this.#dataVersion = dataVersion
      // One read transaction, so that summaries and metrics are of the same moment.
      const event = this.#db.transaction(() => this.#difference())()
      if (event) for (const listener of this.#listeners) listener(event)
    } catch (error) {
      this.#onError(error)
    }
  }

  #difference(): ChangeEvent | null {
    const known = this.#known
    const now = runRevisions(this.#db)
    this.#known = now
    const changed = [...now].filter(([id, { revision }]) => known.get(id)?.revision !== revision)
    const removed = [...known.keys()].filter((id) => !now.has(id))
    if (changed.length === 0 && removed.length === 0) return null
    return {
      runs: changed.map(([id]) => runSummary(this.#db, id)),
      removed,
      series: changed.flatMap(([id, { sequence }]) => {
        const before = known.get(id)?.sequence ?? 0
        return sequence > before ? [metricSeriesAfterSequence(this.#db, id, before)] : []
      }),
    }
  }
}
