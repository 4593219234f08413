import { z } from 'zod'
import { serveApi } from '../../src-preload/contract/rpc.ts'
import type { Services } from '../services/api.ts'

/** One connection to a page, over whatever carries it. */
export interface Line {
  /** Sends a message; drops it when the line has ended. Must not throw. */
  readonly send: (message: unknown) => void
  /** Calls the listener with each message, as untrusted data. */
  readonly receive: (listener: (message: unknown) => void) => void
  /** Called with a sentence when the page breaks the protocol. */
  readonly refuse: (reason: string) => void
}

/** All a page may send: a call, with the number its answer will carry (birpc's wire form). */
const requestSchema = z.object({
  t: z.literal('q'),
  m: z.literal('call'),
  a: z.tuple([z.string().max(100), z.unknown()]),
  i: z.string().max(100),
})

/** Serves the contract over a line until the returned function is called. */
export function serveLine(services: Services, { send, receive, refuse }: Line): () => void {
  const push = serveApi(
    {
      post: send,
      on: (listener) =>
        receive((message) => {
          const request = requestSchema.safeParse(message)
          if (request.success) listener(request.data)
          else refuse('Expected a call of the contract.')
        }),
    },
    services.handlers,
    services.describeError,
  )
  return services.subscribe(push)
}
