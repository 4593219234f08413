import type { QueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import type { LiveStore } from './live.ts'

/** What every page works with. */
export interface Services {
  readonly client: ApiClient
  readonly live: LiveStore
  readonly queries: QueryClient
}

const ServicesContext = createContext<Services | null>(null)

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return <ServicesContext.Provider value={services}>{children}</ServicesContext.Provider>
}

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('useServices needs a ServicesProvider above it.')
  return services
}

/** Live summaries of all runs, newest first; null until the first answer. */
export function useRuns(): readonly RunSummary[] | null {
  const { live } = useServices()
  return useSyncExternalStore(live.subscribeRuns, live.runs)
}

/** Live summary of one run; undefined while unknown. */
export function useRun(id: string): RunSummary | undefined {
  return useRuns()?.find((run) => run.id === id)
}
