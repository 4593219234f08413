import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { type ColumnChoice, type NumberSeries, unpackMetricColumns } from '../../src-preload/contract/columns.ts'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import { isActive, type MetricSeries, type RunSummary } from '../../src-preload/contract/run.ts'
import { paced } from './paced.ts'
import { addMetrics, emptyColumns, forgetAfter, leavesGap, mergeSeries, type RunColumns } from './run-columns.ts'

type Listener = () => void

/** How often listeners of the list hear of runs that merely go on: nobody reads faster. */
const progressMs = 200
/** The other metrics of a run are asked for after the frame that shows the first: reading them would hold that frame up. */
const othersAfterMs = 150

/**
 * Live data outside React: summaries of all runs, and metric columns of the runs somebody looks at.
 * Listeners are told that something changed; they read what they need.
 */
export class LiveStore {
  private readonly client: ApiClient
  private readonly firstMetrics: readonly string[]
  private readonly columns = new Map<string, RunColumns>()
  /** Runs whose columns somebody has asked for. */
  private readonly watched = new Set<string>()
  private readonly loading = new Map<string, Promise<void>>()
  private readonly seriesListeners = new Map<string, Set<Listener>>()
  private readonly listListeners = new Set<Listener>()
  private list: readonly RunSummary[] | null = null
  private byId = new Map<string, RunSummary>()

  /** `firstMetrics` are read before the others of a run that was not known yet: what pages show first. */
  constructor(client: ApiClient, firstMetrics: readonly string[] = []) {
    this.client = client
    this.firstMetrics = firstMetrics
  }

  /** Summaries, newest first; null until the first answer. The array is new whenever one changed. */
  runs = (): readonly RunSummary[] | null => this.list

  run(id: string): RunSummary | undefined {
    return this.byId.get(id)
  }

  columnsOf(id: string): RunColumns {
    const known = this.columns.get(id)
    if (known) return known
    const fresh = emptyColumns()
    this.columns.set(id, fresh)
    return fresh
  }

  subscribeRuns = (listener: Listener): Listener => {
    this.listListeners.add(listener)
    return () => this.listListeners.delete(listener)
  }

  /** Tells the listener of each change of the run's columns, and loads them when nobody did before. */
  subscribeSeries(id: string, listener: Listener): Listener {
    const listeners = this.seriesListeners.get(id) ?? new Set()
    this.seriesListeners.set(id, listeners.add(listener))
    if (!this.watched.has(id)) void this.load(id, -1).catch(() => {})
    this.watched.add(id)
    return () => listeners.delete(listener)
  }

  /** Replaces the list; used at the start and after a lost connection. */
  setRuns(runs: readonly RunSummary[]): void {
    this.byId = new Map(runs.map((run) => [run.id, run]))
    for (const run of runs)
      if (this.watched.has(run.id) && forgetAfter(this.columnsOf(run.id), run.step)) this.tell(run.id)
    this.publishRuns()
  }

  /** Fetches the steps after `afterStep` and merges them. Rejects when the call fails. */
  load(id: string, afterStep: number): Promise<void> {
    const running = this.loading.get(id)
    if (running) return running
    const load = this.read(id, afterStep).finally(() => this.loading.delete(id))
    this.loading.set(id, load)
    return load
  }

  /** Resolves when the run's metrics are there: waits for those being read, and reads what could not be read before. Rejects when a call fails. */
  async settled(id: string): Promise<void> {
    const { steps } = this.columnsOf(id)
    await (this.loading.get(id) ?? (steps.length === 0 ? this.load(id, -1) : undefined))
  }

  private async read(id: string, afterStep: number): Promise<void> {
    if (afterStep >= 0) this.merge(id, await this.client.call('metrics.series', { id, afterStep }))
    else if (this.firstMetrics.length > 0 && this.columnsOf(id).steps.length === 0) await this.readInParts(id)
    else this.merge(id, await this.readColumns(id))
  }

  /**
   * A long run is millions of bytes: what is seen first does not wait for the rest, and the page is laid out by the names alone while
   * the values are read.
   */
  private async readInParts(id: string): Promise<void> {
    const names = [...this.firstMetrics]
    const [, first] = await Promise.all([this.readNames(id), this.readColumns(id, { names })])
    const last = first.steps[first.steps.length - 1]
    if (last === undefined) return
    this.merge(id, first)
    await new Promise((resolve) => setTimeout(resolve, othersAfterMs))
    const others = await this.readColumns(id, { names, othersUpToStep: last })
    if (addMetrics(this.columnsOf(id), others)) this.tell(id)
    else this.merge(id, await this.readColumns(id))
  }

  private async readNames(id: string): Promise<void> {
    const { names } = this.columnsOf(id)
    for (const name of await this.client.call('metrics.names', { id })) names.add(name)
    this.tell(id)
  }

  private async readColumns(id: string, choice?: ColumnChoice): Promise<NumberSeries> {
    return unpackMetricColumns(await this.client.call('metrics.columns', choice ? { id, choice } : { id }))
  }

  private merge(id: string, series: NumberSeries): void {
    if (mergeSeries(this.columnsOf(id), series) !== null) this.tell(id)
  }

  /** Reads every watched run's columns again: changes were missed. */
  reload(): void {
    for (const id of this.watched) void this.load(id, -1).catch(() => {})
  }

  apply(event: ChangeEvent): void {
    const merelyGoesOn = event.removed.length === 0 && event.runs.every((run) => goesOn(this.byId.get(run.id), run))
    for (const run of event.runs) this.applySummary(run)
    for (const id of event.removed) {
      this.byId.delete(id)
      this.columns.delete(id)
      this.watched.delete(id)
    }
    if (event.runs.length > 0 || event.removed.length > 0) this.publishRuns(merelyGoesOn)
    for (const series of event.series) this.applySeries(series)
  }

  private applySummary(run: RunSummary): void {
    const before = this.byId.get(run.id)
    this.byId.set(run.id, run)
    if (!this.watched.has(run.id)) return
    const columns = this.columnsOf(run.id)
    if (forgetAfter(columns, run.step)) this.tell(run.id)
    const ended = before && isActive(before.status) && !isActive(run.status)
    if (ended) void this.load(run.id, (columns.steps.at(-2) ?? 0) - 1).catch(() => {})
  }

  private applySeries(series: MetricSeries): void {
    if (!this.watched.has(series.runId)) return
    const loading = this.loading.get(series.runId)
    if (loading) {
      // The answer under way may be from before this change: what came since is asked for after it.
      const after = (series.steps[0] ?? 0) - 1
      void loading.then(() => this.load(series.runId, after)).catch(() => {})
      return
    }
    const columns = this.columnsOf(series.runId)
    const gap = leavesGap(columns, series)
    const lastBefore = columns.steps.at(-1) ?? -1
    if (gap) void this.load(series.runId, lastBefore).catch(() => {})
    else if (mergeSeries(columns, series) !== null) this.tell(series.runId)
  }

  private publishRuns(atLeisure = false): void {
    this.list = [...this.byId.values()].sort((a, b) => b.createdAtMs - a.createdAtMs)
    if (atLeisure) this.tellProgress()
    else this.tellProgress.flush()
  }

  private readonly tellProgress = paced(() => {
    for (const listener of this.listListeners) listener()
  }, progressMs)

  private tell(id: string): void {
    for (const listener of this.seriesListeners.get(id) ?? []) listener()
  }
}

/** Whether a run has only come further since: a step, a phase or a part of one. */
function goesOn(before: RunSummary | undefined, now: RunSummary): boolean {
  return (
    before?.status === now.status &&
    (before.step < now.step || before.phase !== now.phase || before.phaseProgress !== now.phaseProgress)
  )
}
