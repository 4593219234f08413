import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { PureVerifierConfig } from './map.ts'
import type { VerifyPool } from './pool.ts'
import { rejected, type Verdict, type VerifyItem } from './verdict.ts'

export interface WorkerPoolOptions {
  readonly workers?: number
  /** Time one item may take; its thread is then ended and replaced, and the verdict says so. */
  readonly limitMs?: number
  /** Script of the worker threads; the project's own by default. */
  readonly script?: URL
}

interface Job {
  readonly item: VerifyItem
  readonly done: (verdict: Verdict) => void
}

/** Starts worker threads that check responses, each item within a time limit; a stuck or dead thread is replaced. */
export function startWorkerPool(config: PureVerifierConfig, options: WorkerPoolOptions = {}): VerifyPool {
  const {
    workers = Math.max(1, availableParallelism() - 1),
    limitMs = 1000,
    script = new URL('./worker.ts', import.meta.url),
  } = options
  const queue: Job[] = []
  const lanes = Array.from(
    { length: workers },
    () => new Lane(() => new Worker(script, { workerData: config }), queue, limitMs),
  )
  return {
    verify: (items) =>
      Promise.all(
        items.map(
          (item) =>
            new Promise<Verdict>((done) => {
              queue.push({ item, done })
              lanes.find((lane) => lane.idle)?.next()
            }),
        ),
      ),
    ready: async () => null,
    dispose: async () => {
      await Promise.all(lanes.map((lane) => lane.stop()))
    },
  }
}

/** One thread and the job it is at. */
class Lane {
  readonly #start: () => Worker
  readonly #queue: Job[]
  readonly #limitMs: number
  #worker: Worker | undefined
  #ready = false
  #job: Job | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(start: () => Worker, queue: Job[], limitMs: number) {
    this.#start = start
    this.#queue = queue
    this.#limitMs = limitMs
  }

  get idle(): boolean {
    return this.#job === undefined
  }

  next(): void {
    if (this.#job) return
    this.#job = this.#queue.shift()
    if (!this.#job) return
    this.#worker ??= this.#open()
    // Only work keeps the process alive.
    this.#worker.ref()
    if (this.#ready) this.#dispatch()
  }

  /** The clock starts when the thread is up, so that a slow start costs no response its verdict. */
  #dispatch(): void {
    if (!this.#job) return
    this.#timer = setTimeout(() => this.#replace(`the verifier took over ${this.#limitMs} ms`, true), this.#limitMs)
    this.#worker?.postMessage(this.#job.item)
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#worker?.terminate()
  }

  #open(): Worker {
    const worker = this.#start()
    worker.on('message', (message: 'ready' | Verdict) => {
      if (message !== 'ready') return this.#finish(message)
      this.#ready = true
      this.#dispatch()
    })
    worker.on('error', (error) => this.#replace(`the verifier failed: ${error.message}`))
    worker.unref()
    return worker
  }

  #replace(reason: string, timedOut = false): void {
    const worker = this.#worker
    this.#worker = undefined
    this.#ready = false
    worker?.removeAllListeners()
    void worker?.terminate()
    this.#finish({ ...rejected(null, reason), ...(timedOut ? { timedOut, ms: this.#limitMs } : {}) })
  }

  #finish(verdict: Verdict): void {
    clearTimeout(this.#timer)
    const job = this.#job
    this.#worker?.unref()
    this.#job = undefined
    job?.done(verdict)
    this.next()
  }
}
