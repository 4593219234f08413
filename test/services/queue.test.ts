import { expect, test } from 'vitest'
import { queuedRuns } from '../../src-main/store/queue.ts'
import { createRun } from '../../src-main/store/runs.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { smallConfig, statusBecomes } from '../helpers/random-run.ts'
import { startServices } from '../helpers/services-client.ts'
import { until } from '../helpers/until.ts'

test('queued runs train one after another, whoever has the workspace open; a held queue waits', async () => {
  const first = startServices()
  const { client, workspace } = first
  const make = (steps: number) => client.call('runs.create', { config: smallConfig(workspace, steps), queue: true })
  await client.call('settings.set', { queueHeld: true })
  const [a, b] = [await make(1), await make(100_000)]
  const place = async (id: string) => (await client.call('runs.get', { id })).summary.queuePlace
  expect([await place(a.id), await place(b.id)]).toEqual([1, 2])

  const second = startServices(workspace)
  await second.client.call('settings.set', { queueHeld: false })
  const events = (await statusBecomes(second, a.id, 'finished')) && (await client.call('runs.get', { id: a.id })).events
  await statusBecomes(second, b.id, 'running')
  await until(async () => (await client.call('runs.get', { id: b.id })).summary.step >= 1)
  const [started] = (await client.call('runs.get', { id: b.id })).events
  expect(started!.atMs).toBeGreaterThanOrEqual(events.at(-1)!.atMs)

  const again = await client.call('queue.repeat', { ids: [a.id] })
  expect(await place(again.ids[0]!)).toBe(1)
  await client.call('runs.stop', { id: again.ids[0]! })
  expect((await client.call('runs.get', { id: again.ids[0]! })).summary.status).toBe('stopped')
  await client.call('runs.stop', { id: b.id })
  await statusBecomes(second, b.id, 'stopped')
})

test('of a queue whose next run cannot start the others still get their turn', async () => {
  const { client, db, workspace } = startServices()
  await client.call('settings.set', { queueHeld: true })
  // The folder of the model went away after the run was queued.
  createRun(db, { id: 'lost', config: runConfigSchema.parse({ model: '/nowhere' }), atMs: Date.now(), queue: true })
  const { id } = await client.call('runs.create', { config: smallConfig(workspace, 1), queue: true })
  expect(queuedRuns(db)).toEqual(['lost', id])
  await client.call('queue.move', { id, place: 9 })
  await client.call('settings.set', { queueHeld: false })
  await until(async () => (await client.call('runs.get', { id })).summary.status === 'finished')
  const { summary } = await client.call('runs.get', { id: 'lost' })
  expect(summary.status).toBe('failed')
  expect(summary.message).toContain('/nowhere')
})
