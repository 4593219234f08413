import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { SampleBlock, SampleRead, sampleRequestSchema } from '../../src-preload/contract/sample.ts'
import { namesOf, type SamplerMessage, type SamplerTask } from '../../src-preload/contract/sampler.ts'
import { rolloutDetail } from '../store/rollouts.ts'
import { runConfig } from '../store/runs.ts'
import type { WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { checkConfig } from './check-config.ts'
import { requireDevice } from './devices.ts'
import { foundModel } from './model-folder.ts'
import { type SamplerProcess, startSampler } from './sampler-process.ts'

export interface SamplingTimes {
  /** A task that nobody has read or asked for in this time is closed. */
  readonly abandonedMs: number
  /** How long the process keeps its models open once nothing is asked of it. */
  readonly idleMs: number
}

const usualTimes: SamplingTimes = { abandonedMs: 60_000, idleMs: 20_000 }
/** A read is answered at the latest after this time, and at most once per `blockMs`. */
const readMs = 10_000
const blockMs = 50

interface Job {
  /** Asked for; one lane each. */
  readonly models: readonly string[]
  readonly blocks: SampleBlock[]
  done: boolean
  changed: PromiseWithResolvers<void>
  usedAtMs: number
  answeredAtMs: number
}

/** Tasks of the sampler's process, which lives as long as one of them is looked at. */
export class Sampling {
  readonly #db: WriteDb
  readonly #times: SamplingTimes
  readonly #jobs = new Map<string, Job>()
  #process: SamplerProcess | undefined
  #usedAtMs = 0
  #watch: NodeJS.Timeout | undefined

  constructor(db: WriteDb, times: Partial<SamplingTimes> = {}) {
    this.#db = db
    this.#times = { ...usualTimes, ...times }
  }

  /** Id of the process while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  async start(request: z.output<typeof sampleRequestSchema>): Promise<{ id: string }> {
    const task = await taskOf(this.#db, request)
    const id = randomUUID()
    const now = Date.now()
    const changed = Promise.withResolvers<void>()
    const models = namesOf(task)
    this.#jobs.set(id, { models, blocks: [], done: false, changed, usedAtMs: now, answeredAtMs: 0 })
    this.#process ??= startSampler(
      (message) => this.#heard(message),
      (how) => this.#processEnded(how),
    )
    this.#process.send({ command: 'start', id, task })
    this.#watch ??= setInterval(() => this.#sweep(), Math.min(5000, this.#times.idleMs)).unref()
    return { id }
  }

  /** What came since the cursor; waits for something to come. */
  async read(id: string, cursor: number): Promise<SampleRead> {
    const job = this.#job(id)
    const ending = new AbortController()
    if (job.blocks.length <= cursor && !job.done) {
      const late = sleep(readMs, undefined, { signal: ending.signal, ref: false }).catch(() => {})
      await Promise.race([job.changed.promise, late])
      ending.abort()
    }
    await sleep(Math.max(0, job.answeredAtMs + blockMs - Date.now()))
    job.usedAtMs = job.answeredAtMs = Date.now()
    const blocks = job.blocks.slice(cursor)
    return { cursor: job.blocks.length, blocks, done: job.done }
  }

  /** Ends the task at its next token; what came of it stays. */
  stop(id: string): void {
    this.#job(id)
    this.#process?.send({ command: 'stop', id })
  }

  /** Forgets a task. */
  close(id: string): void {
    const job = this.#jobs.get(id)
    if (!job) return
    if (!job.done) this.#process?.send({ command: 'stop', id })
    this.#jobs.delete(id)
    this.#usedAtMs = Date.now()
  }

  dispose(): void {
    clearInterval(this.#watch)
    this.#process?.end()
    this.#process = undefined
  }

  #job(id: string): Job {
    const job = this.#jobs.get(id)
    if (!job) throw new UserError('What was sampled is no longer held here. Sample again.')
    job.usedAtMs = Date.now()
    return job
  }

  #heard({ id, block }: SamplerMessage): void {
    const job = this.#jobs.get(id)
    if (!job) return
    job.blocks.push(block)
    job.done = block.done
    job.changed.resolve()
    job.changed = Promise.withResolvers()
  }

  /** A driver or the system ended it: that is said where work was under way. */
  #processEnded(how: string): void {
    this.#process = undefined
    const message = `The sampler ended by ${how} before it was done. If memory was short, take a smaller model, fewer models or fewer responses; its error output is the host's.`
    for (const [id, job] of this.#jobs) {
      if (job.done) continue
      const lanes = job.models.map((model) => ({
        model,
        state: 'failed' as const,
        loaded: 0,
        tokenizer: null,
        message,
      }))
      this.#heard({ id, block: { lanes, rows: [], done: true } })
    }
  }

  #sweep(): void {
    const now = Date.now()
    for (const [id, { usedAtMs }] of this.#jobs) if (now - usedAtMs > this.#times.abandonedMs) this.close(id)
    if (this.#jobs.size > 0 || now - this.#usedAtMs < this.#times.idleMs) return
    this.dispose()
    this.#watch = undefined
  }
}

async function taskOf(db: WriteDb, request: z.output<typeof sampleRequestSchema>): Promise<SamplerTask> {
  if (request.kind === 'sample') {
    await requireDevice(request.device)
    return { ...request, models: request.models.map((reference) => foundModel(db, reference)) }
  }
  if (request.kind === 'dry_run') {
    const { config, issues } = await checkConfig(db, request.config)
    if (!config || issues[0]) throw new UserError(issues[0]?.message ?? 'The config does not fit.')
    return { kind: 'dry_run', config }
  }
  const { summary, prompt, text, trace } = rolloutDetail(db, request.rolloutId)
  if (!trace)
    throw new UserError(
      'This response was stored without its tokens (trace.every, trace.groups), so none can be scored.',
    )
  const { temperature } = runConfig(db, summary.runId).rollout
  return { kind: 'score', model: foundModel(db, request.model), prompt, text, trace, temperature }
}
