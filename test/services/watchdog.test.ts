import { expect, test } from 'vitest'
import { smallConfig, statusBecomes } from '../helpers/random-run.ts'
import { startServices } from '../helpers/services-client.ts'
import { until } from '../helpers/until.ts'

test('a run whose responses are all cut raises an alarm and, where that is wanted, pauses itself with the reason', async () => {
  const services = startServices()
  const { client, workspace } = services
  await client.call('settings.set', { pauseOnAlarm: true })
  // A random model: no response ever ends.
  const { id } = await client.call('runs.create', { config: smallConfig(workspace, 100_000) })
  const paused = await statusBecomes(services, id, 'paused')
  expect(paused.message).toMatch(/^Paused by the watchdog\. Responses are cut\. 100 % of the responses/)
  expect(paused.alarms.map(({ rule, step }) => [rule, step])).toEqual([['truncation', 3]])
  const { events } = await client.call('runs.get', { id })
  expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['alarm', 'paused']))

  await client.call('settings.set', { pauseOnAlarm: false })
  await client.call('runs.resume', { id })
  await until(async () => (await client.call('runs.get', { id })).summary.step > paused.step)
  expect((await client.call('runs.get', { id })).summary.message).toBeNull()
  await client.call('runs.stop', { id })
  await statusBecomes(services, id, 'stopped')
})
