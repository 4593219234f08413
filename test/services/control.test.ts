import { expect, test } from 'vitest'
import { runRow } from '../../src-main/store/runs.ts'
import { isProcessAlive } from '../../src-main/util/process.ts'
import { smallConfig, statusBecomes } from '../helpers/random-run.ts'
import { startServices } from '../helpers/services-client.ts'
import { until } from '../helpers/until.ts'

test('a run is paused, goes on, is stopped with a checkpoint, and is taken up again to its end', async () => {
  const services = startServices()
  const { client, workspace, db, events } = services
  const { id } = await client.call('runs.create', { config: smallConfig(workspace, 100_000) })
  await until(async () => (await client.call('runs.get', { id })).summary.step >= 2)
  const trainer = runRow(db, id).owner_pid!

  await client.call('runs.pause', { id })
  const paused = await statusBecomes(services, id, 'paused')
  const steps = await client.call('rollouts.steps', { id })
  await until(async () => (await client.call('runs.get', { id })).summary.pending === null)
  expect((await client.call('rollouts.steps', { id })).length).toBe(steps.length)

  await client.call('runs.resume', { id })
  await until(async () => (await client.call('runs.get', { id })).summary.step > paused.step)
  expect(runRow(db, id).owner_pid).toBe(trainer)

  await client.call('runs.stop', { id })
  const stopped = await statusBecomes(services, id, 'stopped')
  await until(() => !isProcessAlive(trainer, null))
  const { checkpoints } = await client.call('runs.get', { id })
  expect(checkpoints.map(({ step }) => step)).toEqual([stopped.step])

  await client.call('runs.resume', { id })
  await until(async () => (await client.call('runs.get', { id })).summary.step > stopped.step)
  expect(runRow(db, id).owner_pid).not.toBe(trainer)
  await client.call('runs.stop', { id })
  await statusBecomes(services, id, 'stopped')
  const pushed = (): string[] => events.flatMap(({ runs }) => runs.map(({ status }) => status))
  await until(() => ['running', 'paused', 'stopped'].every((status) => pushed().includes(status)))
})

test('a run outlives the services that started it, and is found again by the next', async () => {
  const first = startServices()
  const { id } = await first.client.call('runs.create', { config: smallConfig(first.workspace, 100_000) })
  await until(async () => (await first.client.call('runs.get', { id })).summary.step >= 1)
  const second = startServices(first.workspace)
  expect((await second.client.call('runs.list', {})).map(({ status }) => status)).toEqual(['running'])
  process.kill(runRow(second.db, id).owner_pid!, 'SIGKILL')
  const interrupted = await statusBecomes(second, id, 'interrupted')
  expect(interrupted.message).toContain('died at step')
  await second.client.call('runs.resume', { id })
  await until(async () => (await second.client.call('runs.get', { id })).summary.step >= 1)
  await second.client.call('runs.stop', { id })
  await statusBecomes(second, id, 'stopped')
})
