import type { QueryClient } from '@tanstack/react-query'
import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { connect } from './connection.ts'
import type { Services } from './context.tsx'
import { LiveStore } from './live.ts'
import { createQueryClient } from './queries.ts'
import { openLine } from './transport.ts'
import { useView } from './view-state.ts'

/** Connects the page: the line to the services, the live store and the query cache, kept up to date by what is pushed. */
export function startServices(): Services {
  const queries = createQueryClient()
  const client = connect({
    open: openLine,
    changed: (event) => {
      live.apply(event)
      invalidateChanged(queries, event)
    },
    stateChanged: (state, attempt) => {
      useView.setState({ connection: { state, attempt } })
      if (state === 'open') void refresh()
    },
  })
  const live = new LiveStore(client)
  const refresh = async (): Promise<void> => {
    try {
      live.setRuns(await client.call('runs.list', {}))
      live.reload()
      await queries.invalidateQueries()
      useView.setState({ settings: await client.call('settings.get', {}) })
    } catch {
      // The line ended again; the next one starts over.
    }
  }
  return { client, live, queries }
}

/** Marks what was read of the changed runs as old: details at once, lists of steps when new steps came. */
function invalidateChanged(queries: QueryClient, event: ChangeEvent): void {
  const touched = new Set([...event.runs.map((run) => run.id), ...event.removed])
  void queries.invalidateQueries({
    predicate: ({ queryKey: [name, input] }) =>
      (name === 'runs.get' || name === 'rollouts.steps' || name === 'runs.log') &&
      touched.has((input as { id: string }).id),
  })
}
