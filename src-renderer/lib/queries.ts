import { keepPreviousData, notifyManager, QueryClient, useQuery } from '@tanstack/react-query'
import type { CallInput, CallName, CallOutput } from '../../src-preload/contract/api.ts'
import { useServices } from './context.tsx'

export function createQueryClient(): QueryClient {
  // An answer is shown at once; by itself the library waits for a timer.
  notifyManager.setScheduler(queueMicrotask)
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always', staleTime: 2000 },
      mutations: { networkMode: 'always' },
    },
  })
}

export interface CallOptions {
  readonly enabled?: boolean
  /** Keeps the last answer on screen while the next one loads. */
  readonly keepPrevious?: boolean
  /** How long an answer counts as fresh. */
  readonly staleTimeMs?: number
  readonly refetchEveryMs?: number | false
}

/** Reads one call of the API; the key is the call's name and argument. */
export function useCall<Name extends CallName>(name: Name, input: CallInput<Name>, options: CallOptions = {}) {
  const { client } = useServices()
  return useQuery<CallOutput<Name>>({
    queryKey: [name, input],
    // `undefined` is no answer for a query; a call without a result answers null.
    queryFn: async () => (await client.call(name, input)) ?? (null as CallOutput<Name>),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData as never } : {}),
    ...(options.staleTimeMs === undefined ? {} : { staleTime: options.staleTimeMs }),
    ...(options.refetchEveryMs === undefined ? {} : { refetchInterval: options.refetchEveryMs }),
  })
}
