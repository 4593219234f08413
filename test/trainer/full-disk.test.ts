import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { openStore } from '../../src-main/store/open.ts'
import { reconcileRuns } from '../../src-main/store/ownership.ts'
import { runSummary } from '../../src-main/store/runs.ts'
import { addRun, exited, queueAgain, smallRun, spawnTrainer, trainToEnd } from '../helpers/training.ts'

const folder = mkdtempSync(join(tmpdir(), 'quiver-disk-'))
const mounted = mountSmallDisk()
afterAll(() => {
  if (mounted) execFileSync('umount', ['--lazy', folder])
  rmSync(folder, { recursive: true, force: true })
})

/** A disk too small for a checkpoint of the built-in model (weights and two moments); false where mounting is refused. */
function mountSmallDisk(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.skipIf(!mounted)(
  'a full disk fails the run with a sentence, keeps what was recorded, and resumes once there is room',
  async () => {
    const workspace = { folder, db: openStore(folder, 'write') }
    addRun(workspace, 'cramped', smallRun({ checkpoint: { every: 2, keep: 1 } }))
    const trainer = spawnTrainer(workspace, 'cramped')
    expect(await exited(trainer)).toBe(1)
    reconcileRuns(workspace.db)
    const { status, message, step } = runSummary(workspace.db, 'cramped')
    expect(['failed', 'interrupted'], trainer.output()).toContain(status)
    expect(`${message} ${trainer.output()}`).toMatch(/disk.* is full/i)
    expect(step).toBe(2)
    expect(metricSeries(workspace.db, { id: 'cramped', afterStep: 0 }).steps).toEqual([1, 2])

    execFileSync('mount', ['-o', 'remount,size=200m', folder])
    queueAgain(workspace, 'cramped')
    expect(await trainToEnd(workspace, 'cramped')).toMatchObject({ status: 'finished', step: 6 })
  },
)
