import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { ApiError } from '../../src-preload/contract/errors.ts'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import { t } from './i18n/translate.ts'

export type ConnectionState = 'connecting' | 'open' | 'lost'

/** One live line to the services: a client, and a promise that settles when the line ends. */
export interface Line {
  readonly client: ApiClient
  readonly ended: Promise<void>
}

export interface ConnectionOptions {
  /** Opens a line; rejects when the services cannot be reached. */
  readonly open: (changed: (event: ChangeEvent) => void) => Promise<Line>
  readonly changed: (event: ChangeEvent) => void
  /** Called with each new state; `open` after a loss means that changes were missed meanwhile. */
  readonly stateChanged: (state: ConnectionState, attempt: number) => void
  /** Waits between attempts; tests pass their own. */
  readonly wait?: (timeoutMs: number) => Promise<void>
}

export interface Connection extends ApiClient {
  close(): void
}

const firstWaitMs = 300
const longestWaitMs = 5000
const sleep = (timeoutMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, timeoutMs))
const lostError = (): ApiError =>
  new ApiError({
    kind: 'user',
    message: t('The connection to Quiver was lost before the answer came. It is being made again; then try once more.'),
  })

/** Keeps a line open for as long as the page lives. Calls wait for the first line, and fail in a sentence when it ends. */
export function connect({ open, changed, stateChanged, wait = sleep }: ConnectionOptions): Connection {
  let closed = false
  let current = Promise.withResolvers<Line>()

  const keepOpen = async (): Promise<void> => {
    for (let attempt = 0; !closed; ) {
      const line = await open(changed).catch(() => null)
      if (line) {
        attempt = 0
        current.resolve(line)
        stateChanged('open', attempt)
        await line.ended
        current = Promise.withResolvers<Line>()
      }
      if (closed) return
      attempt += 1
      stateChanged('lost', attempt)
      await wait(Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1)))
    }
  }
  stateChanged('connecting', 0)
  void keepOpen()

  return {
    async call(name, input) {
      const line = await current.promise
      const lost = line.ended.then(() => {
        throw lostError()
      })
      return Promise.race([line.client.call(name, input), lost])
    },
    close() {
      closed = true
    },
  }
}
