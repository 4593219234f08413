import type { QueryClient } from '@tanstack/react-query'
import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { connect } from './connection.ts'
import type { Services } from './context.tsx'
import { LiveStore } from './live.ts'
import { announce, useNoticeLog } from './notice-log.ts'
import { paced } from './paced.ts'
import { createQueryClient } from './queries.ts'
import { missedNotices, noticesBetween } from './run-notices.ts'
import { openLine } from './transport.ts'
import { useView } from './view-state.ts'
import { tellWaiting } from './waiting-calls.ts'

/** How often what was read of a run is read anew while its steps come in. */
const rereadMs = 1000

/**
 * Connects the page: the line to the services, the live store and the query cache, kept up to date by what is pushed.
 * `firstMetrics` are read of a run before its others.
 */
export function startServices(firstMetrics: readonly string[]): Services {
  const queries = createQueryClient()
  const touchedSince = new Set<string>()
  const reread = paced(() => {
    invalidateRuns(queries, new Set(touchedSince))
    touchedSince.clear()
  }, rereadMs)
  const line = connect({
    open: openLine,
    changed: (event) => {
      const touched = touchedRuns(event, (id) => live.run(id))
      const news = event.runs.flatMap((run) => noticesBetween(live.run(run.id), run))
      live.apply(event)
      for (const id of touched) touchedSince.add(id)
      if (touched.size > 0) reread()
      announce(news)
    },
    stateChanged: (state, attempt) => {
      useView.setState({ connection: { state, attempt } })
      if (state === 'open') void refresh()
    },
  })
  const client = tellWaiting(line, (waiting) => useView.setState({ waiting }))
  const live = new LiveStore(client, firstMetrics)
  const refresh = async (): Promise<void> => {
    try {
      const runs = await client.call('runs.list', {})
      const { seenUntilMs } = useNoticeLog.getState()
      const news = live.runs()
        ? runs.flatMap((run) => noticesBetween(live.run(run.id), run))
        : missedNotices(runs, seenUntilMs ?? Date.now())
      live.setRuns(runs)
      live.reload()
      await queries.invalidateQueries()
      useView.setState({ settings: await client.call('settings.get', {}) })
      announce(news)
      useNoticeLog.setState({ seenUntilMs: Date.now() })
    } catch {
      // The line ended again; the next one starts over.
    }
  }
  window.addEventListener('pagehide', () => {
    if (live.runs()) useNoticeLog.setState({ seenUntilMs: Date.now() })
  })
  return { client, live, queries }
}

/** Runs of which more than the progress within a step has changed. */
function touchedRuns(event: ChangeEvent, before: (id: string) => RunSummary | undefined): ReadonlySet<string> {
  const changed = event.runs.filter((run) => {
    const known = before(run.id)
    return !known || known.status !== run.status || known.step !== run.step
  })
  return new Set([...changed.map((run) => run.id), ...event.series.map((series) => series.runId), ...event.removed])
}

/** Marks what was read of the runs as old. */
function invalidateRuns(queries: QueryClient, ids: ReadonlySet<string>): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey: [name, input] }) =>
      (name === 'runs.get' || name === 'rollouts.steps' || name === 'runs.log') &&
      ids.has((input as { id: string }).id),
  })
}
