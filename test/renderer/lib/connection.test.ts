import { expect, test } from 'vitest'
import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import { type ConnectionState, connect, type Line } from '../../../src-renderer/lib/connection.ts'

function line(answer: () => Promise<unknown>) {
  const end = Promise.withResolvers<void>()
  const client: ApiClient = { call: async () => (await answer()) as never }
  return { end: end.resolve, line: { client, ended: end.promise } satisfies Line }
}

test('calls wait for the first line, fail in a sentence when it ends, and work on the next one', async () => {
  const first = line(() => new Promise(() => {}))
  const second = line(async () => [])
  const lines: (Line | null)[] = [null, first.line, second.line]
  const states: ConnectionState[] = []
  const waits: number[] = []
  const open = Promise.withResolvers<void>()
  let opened = 0
  const connection = connect({
    open: async () => {
      const next = lines.shift()
      if (!next) throw new Error('refused')
      if (++opened === 2) open.resolve()
      return next
    },
    changed: () => {},
    stateChanged: (state) => states.push(state),
    wait: async (timeoutMs) => {
      waits.push(timeoutMs)
    },
  })
  const early = connection.call('runs.list', {})
  await new Promise((resolve) => setImmediate(resolve))
  first.end()
  await expect(early).rejects.toThrow('The connection to Quiver was lost')
  await open.promise
  await expect(connection.call('runs.list', {})).resolves.toEqual([])
  expect(states).toEqual(['connecting', 'lost', 'open', 'lost', 'open'])
  expect(waits).toEqual([300, 300])
  connection.close()
})
