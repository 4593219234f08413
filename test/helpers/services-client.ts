import { onTestFinished } from 'vitest'
import { createServices } from '../../src-main/services/api.ts'
import { serveLine } from '../../src-main/shell/channel.ts'
import { openStore } from '../../src-main/store/open.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { type ApiClient, connectClient } from '../../src-preload/contract/rpc.ts'
import { temporaryFolder } from './workspace.ts'

export interface TestServices {
  readonly workspace: string
  readonly client: ApiClient
  /** Everything pushed so far. */
  readonly events: readonly ChangeEvent[]
  /** A handle of its own on the same store. */
  readonly db: WriteDb
}

/** Services on a workspace of their own, and a client in memory; messages are copied as a port would. */
export function startServices(workspace: string = temporaryFolder()): TestServices {
  const services = createServices({ workspace })
  const toPage: ((message: unknown) => void)[] = []
  const toServices: ((message: unknown) => void)[] = []
  const events: ChangeEvent[] = []
  const stop = serveLine(services, {
    send: (message) => {
      for (const listener of toPage) listener(structuredClone(message))
    },
    receive: (listener) => toServices.push(listener),
    refuse: (reason) => {
      throw new Error(reason)
    },
  })
  const client: ApiClient = connectClient(
    {
      post: (message: unknown) => {
        for (const listener of toServices) listener(structuredClone(message))
      },
      on: (listener) => {
        toPage.push(listener)
      },
    },
    (event) => events.push(event),
  )
  const db = openStore(workspace, 'write')
  onTestFinished(() => {
    stop()
    services.dispose()
    db.close()
  })
  return { workspace, client, events, db }
}
