import type { CallName } from '../../src-preload/contract/api.ts'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'

/** What is answered sooner needs no sign that it goes on. */
export const soonMs = 700

/** Calls that only listen: they are answered when something happens, so nobody waits for them. */
const listening: ReadonlySet<CallName> = new Set<CallName>(['sample.read'])

/** The client, which tells when the first call has gone unanswered for `soonMs`, and when the last such call has ended. */
export function tellWaiting(client: ApiClient, tell: (waiting: boolean) => void): ApiClient {
  let late = 0
  const tellIfFirst = (): void => {
    late += 1
    if (late === 1) tell(true)
  }
  const tellIfLast = (): void => {
    late -= 1
    if (late === 0) tell(false)
  }
  return {
    async call(name, input) {
      if (listening.has(name)) return client.call(name, input)
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        tellIfFirst()
      }, soonMs)
      try {
        return await client.call(name, input)
      } finally {
        clearTimeout(timer)
        if (isLate) tellIfLast()
      }
    },
  }
}
