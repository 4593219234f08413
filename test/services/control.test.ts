import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runRow } from '../../src-main/store/runs.ts'
import { isProcessAlive } from '../../src-main/util/process.ts'
import type { RunConfigInput } from '../../src-preload/contract/config.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { startServices, type TestServices } from '../helpers/services-client.ts'
import { until } from '../helpers/until.ts'

const model = join(import.meta.dirname, '../fixtures/models/qwen2-tied')

/** A real run on a random model: nothing is learned, everything happens. */
function smallConfig(workspace: string, steps: number): RunConfigInput {
  const train = join(workspace, 'problems.jsonl')
  const lines = Array.from({ length: 16 }, (_, i) =>
    JSON.stringify({ id: `${i}`, prompt: `${i}+1=`, answer: `${i + 1}` }),
  )
  writeFileSync(train, lines.join('\n'))
  return {
    name: 'Controlled',
    steps,
    model,
    data: { train },
    method: { name: 'grpo' },
    rollout: { prompts_per_step: 2, num_generations: 2, max_completion_length: 8 },
    update: { num_iterations: 1, mini_batch_prompts: 2 },
    checkpoint: { every: 0 },
    threads: 1,
  }
}

const statusBecomes = ({ client }: TestServices, id: string, ...wanted: RunSummary['status'][]): Promise<RunSummary> =>
  until(async () => {
    const { summary } = await client.call('runs.get', { id })
    if (!wanted.includes('failed') && summary.status === 'failed') throw new Error(summary.message ?? 'failed')
    return wanted.includes(summary.status) && summary
  })

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
