import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { openStore } from '../../src-main/store/open.ts'
import { reconcileRuns, releaseRun } from '../../src-main/store/ownership.ts'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { runSummary } from '../../src-main/store/runs.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { sampleStep, seededUniform, writeSampleRun } from '../helpers/sample-run.ts'
import { fillDisk, smallDisk } from '../helpers/small-disk.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const writer = fileURLToPath(new URL('../helpers/step-writer.ts', import.meta.url))

/** Lets a process record steps, kills it at a moment of its own, and returns the last step it said it had recorded. */
async function recordAndKill(workspace: string, runId: string, killAfterMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, workspace, runId], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let said = ''
  const begun = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part
      resolve()
    })
  })
  await begun
  await sleep(killAfterMs)
  child.kill('SIGKILL')
  await ended
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))
}

test('a writer killed at any moment leaves whole steps, all it had recorded, and an interrupted run', async () => {
  const workspace = temporaryFolder()
  const db = openStore(workspace, 'write')
  onTestFinished(() => void db.close())
  const id = writeSampleRun(db, { steps: 1, active: true, config: { steps: 1000 } })
  releaseRun(db, id, { status: 'paused', atMs: Date.now() })
  const uniform = seededUniform(3)
  for (let round = 0; round < 8; round++) {
    const recorded = await recordAndKill(workspace, id, uniform() * 120)
    expect(reconcileRuns(db)).toEqual([id])
    const { step, status } = runSummary(db, id)
    expect(status).toBe('interrupted')
    expect(step).toBeGreaterThanOrEqual(recorded)
    expect(metricSeries(db, { id, afterStep: -1 }).steps.at(-1)).toBe(step)
    expect(groupsOfStep(db, id, step).map(({ rollouts }) => rollouts.length)).toEqual(Array(16).fill(8))
    expect(groupsOfStep(db, id, step + 1)).toEqual([])
    expectSound(workspace)
  }
})

/** Judged by a fresh connection, as the next start would: the check of one that was open keeps an old full-text index. */
function expectSound(workspace: string): void {
  const db = openStore(workspace, 'read')
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
}

test('a full disk is a sentence, loses nothing recorded before, and recording goes on once there is room', ({
  skip,
}) => {
  const disk = smallDisk(2048)
  if ('refused' in disk) return skip(`a small disk cannot be mounted here: ${disk.refused}`)
  const db = openStore(disk.folder, 'write')
  onTestFinished(() => void db.close())
  const sample = { steps: 1, active: true, atMs: Date.now() }
  const id = writeSampleRun(db, sample)
  const recordUntilFull = (): void => {
    for (let step = 2; step < 1000; step++) recordStep(db, sampleStep(id, step, { ...sample, prompts: 16 }))
  }
  expect(recordUntilFull).toThrow(
    /The disk is full: .*quiver\.sqlite could not grow\. What was recorded before is safe\./,
  )
  const { step } = runSummary(db, id)
  expect(step).toBeGreaterThan(1)
  expect(groupsOfStep(db, id, step).length).toBe(16)
  expect(groupsOfStep(db, id, step + 1)).toEqual([])
  expectSound(disk.folder)
  spawnSync('mount', ['-o', 'remount,size=64m', disk.folder])
  recordStep(db, sampleStep(id, step + 1, { ...sample, prompts: 16 }))
  expect(runSummary(db, id).step).toBe(step + 1)
})

test('a disk that is full from the start is a sentence', ({ skip }) => {
  const disk = smallDisk(64)
  if ('refused' in disk) return skip(`a small disk cannot be mounted here: ${disk.refused}`)
  fillDisk(disk.folder, 8192)
  expect(() => openStore(disk.folder, 'write')).toThrow(/The disk (is|may be) full|The disk may be full/)
})

test('a disk that may only be read is a sentence', ({ skip }) => {
  const disk = smallDisk(4096)
  if ('refused' in disk) return skip(`a small disk cannot be mounted here: ${disk.refused}`)
  openStore(disk.folder, 'write').close()
  spawnSync('mount', ['-o', 'remount,ro', disk.folder])
  expect(() => openStore(disk.folder, 'write')).toThrow(/quiver\.sqlite cannot be (written|opened)\./)
  const elsewhere = join(disk.folder, 'other')
  expect(() => openStore(elsewhere, 'write')).toThrow(/The workspace folder .* cannot be made \(EROFS/)
})
