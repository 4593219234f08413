import { useCallback, useSyncExternalStore } from 'react'
import { useServices } from './context.tsx'
import type { LiveStore } from './live.ts'
import { paced } from './paced.ts'

/** How often what is made of several runs follows them: forty that come in at once are not forty drawings. */
const followMs = 200

/** What `read` makes of the columns of some runs, anew at a reading pace while steps come in; `ids` must keep its identity. */
export function useSeries(ids: readonly string[], read: (live: LiveStore) => string): string {
  const { live } = useServices()
  const subscribe = useCallback(
    (listener: () => void) => {
      const follow = paced(listener, followMs)
      const ends = ids.map((id) => live.subscribeSeries(id, follow))
      return () => {
        for (const end of ends) end()
      }
    },
    [live, ids],
  )
  return useSyncExternalStore(subscribe, () => read(live))
}

/** Draws anew when any of the runs has more to show. */
export function useFreshSeries(ids: readonly string[]): void {
  useSeries(ids, (live) =>
    ids
      .map((id) => live.columnsOf(id))
      .map(({ steps, values, revision }) => `${steps.length} ${values.size} ${revision}`)
      .join(),
  )
}
