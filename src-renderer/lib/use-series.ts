import { useCallback, useSyncExternalStore } from 'react'
import { useServices } from './context.tsx'
import type { LiveStore } from './live.ts'

/** What `read` makes of the columns of some runs, anew whenever steps come in; `ids` must keep its identity. */
export function useSeries(ids: readonly string[], read: (live: LiveStore) => string): string {
  const { live } = useServices()
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = ids.map((id) => live.subscribeSeries(id, listener))
      return () => {
        for (const end of ends) end()
      }
    },
    [live, ids],
  )
  return useSyncExternalStore(subscribe, () => read(live))
}
