/** kill -9 of the trainer, of the host, and of both, at random moments: no damaged store, and the run resumes exactly. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { runRow } from '../../src-main/store/runs.ts'
import { storeFile } from '../../src-main/store/workspace.ts'
import { appFolder } from '../../src-main/util/resources.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { connectSocket, type SocketClient } from '../helpers/socket-client.ts'
import { addRun, openWorkspace, recordOf, smallRun, trainToEnd } from '../helpers/training.ts'
import { until } from '../helpers/until.ts'

const kills = 20
const victims = ['trainer', 'host', 'both'] as const
const workspace = openWorkspace()
/** Far more steps than the kills leave time for, so that every kill meets a live run. */
const endless = 1000
const configOf = (steps: number) =>
  smallRun({ steps, checkpoint: { every: 1, keep: 2 }, evaluation: { dataset: null } })

let host: { child: ChildProcess; client: SocketClient } | undefined
afterAll(() => host?.child.kill('SIGKILL'))

async function startHost(): Promise<{ child: ChildProcess; client: SocketClient }> {
  const words = [join(appFolder, 'src-main', 'cli.ts'), 'serve', '--json', '--data', workspace.folder]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', (chunk) => (printed += chunk))
  const line = await until(() => (printed.includes('\n') ? printed : ''))
  return { child, client: await connectSocket((JSON.parse(line) as { url: string }).url) }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

function killTrainer(id: string): void {
  const pid = runRow(workspace.db, id).owner_pid
  if (pid !== null) process.kill(pid, 'SIGKILL')
}

function expectSound(): void {
  const db = new Database(storeFile(workspace.folder), { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
}

test(`after ${kills} kills the run is what it would have been`, { timeout: 600_000 }, async () => {
  host = await startHost()
  const { id } = await host.client.call('runs.create', { config: configOf(endless) })
  for (let round = 0; round < kills; round++) {
    await until(() => runRow(workspace.db, id).owner_pid !== null)
    const firstStep = runRow(workspace.db, id).step
    // Every other kill may meet a starting trainer; the rest meet one in the midst of its steps.
    if (round % 2 === 1) await until(() => runRow(workspace.db, id).step > firstStep)
    await sleep((round * 7919) % 900)
    const victim = victims[round % victims.length]
    if (victim !== 'host') killTrainer(id)
    if (victim !== 'trainer') {
      await kill(host.child)
      host = await startHost()
    }
    expectSound()
    const { client } = host
    const status = async (): Promise<RunSummary['status']> => (await client.call('runs.get', { id })).summary.status
    if (victim === 'host') expect(await status()).toBe('running')
    else {
      await until(async () => (await status()) === 'interrupted')
      await client.call('runs.resume', { id })
    }
  }
  await host.client.call('runs.stop', { id })
  await until(() => runRow(workspace.db, id).status === 'stopped')
  const { step } = runRow(workspace.db, id)
  expect(step).toBeGreaterThan(0)
  addRun(workspace, 'whole', configOf(step))
  await trainToEnd(workspace, 'whole')
  expect(recordOf(workspace, id)).toEqual(recordOf(workspace, 'whole'))
})
