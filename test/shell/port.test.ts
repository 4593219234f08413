import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { createServices } from '../../src-main/services/api.ts'
import { servePort } from '../../src-main/shell/port.ts'
import { openStore } from '../../src-main/store/open.ts'
import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { connectClient } from '../../src-preload/contract/rpc.ts'
import { writeSampleRun } from '../helpers/sample-run.ts'
import { until } from '../helpers/until.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

function startPort() {
  const workspace = temporaryFolder()
  const services = createServices({ workspace })
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => {
    port2.close()
    services.dispose()
  })
  servePort(services, port1)
  return { workspace, port: port2 }
}

test('calls and changes cross a message port', async () => {
  const { workspace, port } = startPort()
  const events: ChangeEvent[] = []
  const client = connectClient(
    {
      post: (message: unknown) => port.postMessage(message),
      on: (listener) => {
        port.on('message', listener)
      },
    },
    (event) => events.push(event),
  )
  expect((await client.call('app.info', {})).workspace).toBe(workspace)
  await expect(client.call('runs.get', { id: 'none' })).rejects.toMatchObject({ kind: 'user' })
  const db = openStore(workspace, 'write')
  onTestFinished(() => void db.close())
  const id = writeSampleRun(db, { steps: 1 })
  await until(() => events.some(({ runs }) => runs.some((run) => run.id === id)))
})

test.each([['a text'], [null], [{ t: 'q', m: 'toString', a: [] }]])(
  'a page that sends %j loses its port',
  async (message) => {
    const { port } = startPort()
    port.postMessage(message)
    await once(port, 'close')
  },
)
