import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { removeCheckpoint } from '../../src-main/store/checkpoints.ts'
import { clearCommand, readCommand, setCommand } from '../../src-main/store/commands.ts'
import { metricSeries, metricSeriesAfterSequence } from '../../src-main/store/metrics.ts'
import { openStore } from '../../src-main/store/open.ts'
import { abandonRun, claimRun, expectTrainer, reconcileRuns, releaseRun } from '../../src-main/store/ownership.ts'
import { updateProgress } from '../../src-main/store/progress.ts'
import { searchRollouts } from '../../src-main/store/rollout-search.ts'
import { groupsOfStep, rolloutDetail, rolloutSteps, traceOf } from '../../src-main/store/rollouts.ts'
import { createRun, deleteRun, getRun, newRunId, runRevisions, runSummary } from '../../src-main/store/runs.ts'
import { changeSettings, settings } from '../../src-main/store/settings.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { recordStep, truncateRun } from '../../src-main/store/steps.ts'
import { processStartTime } from '../../src-main/util/process.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { runId } from '../../src-preload/contract/run.ts'
import { settingsSchema } from '../../src-preload/contract/settings.ts'
import { sampleStep, writeSampleRun } from '../helpers/sample-run.ts'
import { until } from '../helpers/until.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

function newStore(): WriteDb {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  return db
}

function newRun(db: WriteDb, atMs = Date.now()): string {
  const id = newRunId('run')
  createRun(db, { id, config: runConfigSchema.parse({ steps: 10 }), atMs })
  return id
}

const claimOf = (pid: number, atMs = Date.now()) => ({ pid, processStartTime: processStartTime(pid), atMs })

/** A process that lives until it is killed. */
function bystander(): { pid: number; kill: () => Promise<void> } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = (): Promise<void> => {
    child.kill('SIGKILL')
    return ended
  }
  onTestFinished(kill)
  return { pid: child.pid!, kill }
}

test('ids are made of the name', () => {
  expect(newRunId('Archer (Paper) ρ=0.8!')).toMatch(/^archer-paper-0-8-[a-z0-9]{5}$/)
  expect(newRunId('Zoé')).toMatch(/^zoe-[a-z0-9]{5}$/)
  for (const name of ['日本', '---', 'x'.repeat(500), '../../etc'])
    expect(runId.safeParse(newRunId(name)).success, name).toBe(true)
  expect(newRunId('a')).not.toBe(newRunId('a'))
})

test('a run is claimed by one live process at a time', async () => {
  const db = newStore()
  const id = newRun(db)
  const other = bystander()
  claimRun(db, id, claimOf(other.pid))
  expect(runSummary(db, id).status).toBe('running')
  expect(() => claimRun(db, id, claimOf(process.pid))).toThrow(`already trains in process ${other.pid}`)
  expect(reconcileRuns(db)).toEqual([])
  await other.kill()
  claimRun(db, id, claimOf(process.pid))
  expect(runSummary(db, id).status).toBe('running')
})

test('a run whose trainer died is interrupted, with a sentence and an event, and can go on', async () => {
  const db = newStore()
  const id = newRun(db)
  const trainer = bystander()
  claimRun(db, id, claimOf(trainer.pid))
  await trainer.kill()
  expect(reconcileRuns(db)).toEqual([id])
  expect(reconcileRuns(db)).toEqual([])
  const { summary, events } = getRun(db, id)
  expect(summary).toMatchObject({ status: 'interrupted', pending: null, phase: 'idle' })
  expect(summary.message).toContain('resume the run')
  expect(events.at(-1)?.kind).toBe('interrupted')
  expectTrainer(db, id, Date.now())
  expect(runSummary(db, id)).toMatchObject({ status: 'starting', message: null, endedAtMs: null })
})

test('another process with the same id is not the trainer', () => {
  const db = newStore()
  const id = newRun(db)
  claimRun(db, id, { pid: process.pid, processStartTime: '1', atMs: Date.now() })
  expect(reconcileRuns(db)).toEqual([id])
})

test('without start times a silent trainer counts as dead after half a minute', () => {
  const db = newStore()
  const id = newRun(db)
  const atMs = Date.now()
  claimRun(db, id, { pid: process.pid, processStartTime: null, atMs })
  expect(reconcileRuns(db, atMs + 29_000)).toEqual([])
  updateProgress(db, id, { phase: 'update', phaseProgress: 0.5, elapsedMs: 1, atMs: atMs + 29_000 })
  expect(reconcileRuns(db, atMs + 50_000)).toEqual([])
  expect(reconcileRuns(db, atMs + 60_000)).toEqual([id])
})

test('a starting run has a minute to get a trainer', () => {
  const db = newStore()
  const atMs = Date.now()
  const id = newRun(db, atMs)
  expect(reconcileRuns(db, atMs + 59_000)).toEqual([])
  expect(reconcileRuns(db, atMs + 61_000)).toEqual([id])
  expect(runSummary(db, id).message).toContain('did not start')
})

test('a trainer that ends before its claim leaves the run failed; a claimed run is not touched', () => {
  const db = newStore()
  const [lost, claimed] = [newRun(db), newRun(db)]
  claimRun(db, claimed, claimOf(process.pid))
  for (const id of [lost, claimed, 'gone']) abandonRun(db, id, Date.now())
  expect(runSummary(db, lost).status).toBe('failed')
  expect(runSummary(db, claimed).status).toBe('running')
})

test('a stop asked for is never taken back; a command done late leaves a newer one', () => {
  const db = newStore()
  const id = newRun(db)
  expect(readCommand(db, id)).toBeNull()
  setCommand(db, id, 'pause')
  setCommand(db, id, 'resume')
  clearCommand(db, id, 'pause')
  expect(readCommand(db, id)).toBe('resume')
  setCommand(db, id, 'stop')
  setCommand(db, id, 'pause')
  expect(readCommand(db, id)).toBe('stop')
  claimRun(db, id, claimOf(process.pid))
  expect(readCommand(db, id)).toBe('stop')
  releaseRun(db, id, { status: 'stopped', atMs: Date.now() })
  expect(readCommand(db, id)).toBeNull()
})

test('progress, steps and remaining time show in the summary', () => {
  const db = newStore()
  const sample = { steps: 10, active: true, config: { steps: 10 } }
  const id = writeSampleRun(db, { ...sample, steps: 4, config: { steps: 10 } })
  const summary = runSummary(db, id)
  expect(summary).toMatchObject({ step: 4, steps: 10, elapsedMs: 16_000, etaMs: 24_000 })
  expect(summary.lastReward).toBe(summary.rewardCurve.at(-1))
  updateProgress(db, id, { status: 'paused', phase: 'update', phaseProgress: 0.25, elapsedMs: 17_000, atMs: 5 })
  expect(runSummary(db, id)).toMatchObject({
    status: 'paused',
    phase: 'update',
    phaseProgress: 0.25,
    elapsedMs: 17_000,
  })
})

test('numbers that are not finite are left out', () => {
  const db = newStore()
  const id = newRun(db)
  const metrics = { reward: Number.NaN, loss: Number.POSITIVE_INFINITY, kl: 1 }
  recordStep(db, { runId: id, step: 1, atMs: 1, elapsedMs: 1, metrics, groups: [] })
  expect(metricSeries(db, { id, afterStep: -1 }).values).toEqual({ kl: [1] })
  expect(runSummary(db, id).lastReward).toBeNull()
})

test('a step recorded twice is there once', () => {
  const db = newStore()
  const id = writeSampleRun(db, { steps: 2, active: true })
  const before = groupsOfStep(db, id, 2).length
  recordStep(db, sampleStep(id, 2, { steps: 2 }))
  expect(groupsOfStep(db, id, 2).length).toBe(before)
  expect(metricSeries(db, { id, afterStep: -1 }).steps).toEqual([0, 1, 2])
})

test('series after a sequence number hold new steps and those an evaluation added to', () => {
  const db = newStore()
  const id = writeSampleRun(db, { steps: 25, active: true })
  const { sequence } = runRevisions(db).get(id)!
  expect(metricSeriesAfterSequence(db, id, sequence).steps).toEqual([])
  const last = metricSeriesAfterSequence(db, id, sequence - 1)
  expect(last.steps).toEqual([25])
  expect(last.values['eval/greedy']?.[0]).toBeGreaterThan(0)
  expect(last.values.reward?.[0]).not.toBeNull()
})

test('taking steps back removes everything after them, in every table', () => {
  const db = newStore()
  const id = writeSampleRun(db, { steps: 30 })
  const other = writeSampleRun(db, { steps: 3 })
  truncateRun(db, id, 20)
  const { summary, evaluations, checkpoints } = getRun(db, id)
  expect(summary).toMatchObject({ step: 20, elapsedMs: 80_000 })
  expect(summary.lastReward).toBe(summary.rewardCurve.at(-1))
  expect(evaluations.map(({ step }) => step)).toEqual([0])
  expect(checkpoints).toEqual([])
  expect(rolloutSteps(db, id).at(-1)).toBe(20)
  truncateRun(db, id, -1)
  expect(getRun(db, id)).toMatchObject({ evaluations: [], summary: { step: 0, lastReward: null } })
  expect(rolloutSteps(db, other)).toEqual([1, 2, 3])
  const orphans = db.prepare('SELECT count(*) AS n FROM traces WHERE rollout_id NOT IN (SELECT id FROM rollouts)').get()
  expect(orphans).toEqual({ n: 0 })
})

const search = (db: WriteDb, id: string, filter: string) =>
  searchRollouts(db, { id, filter, order: 'newest', offset: 0, limit: 1 })

test('deleting a run leaves nothing of it and everything of others', () => {
  const db = newStore()
  const [id, other] = [writeSampleRun(db, { steps: 2 }), writeSampleRun(db, { steps: 2 })]
  deleteRun(db, id)
  for (const table of ['run_events', 'steps', 'metrics', 'rollout_groups', 'evaluations', 'checkpoints'])
    expect(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE run_id = ?`).get(id), table).toEqual({ n: 0 })
  expect(db.prepare('SELECT count(*) AS n FROM rollouts').get()).toEqual({ n: 64 })
  expect(search(db, id, 'ones').total).toBe(0)
  expect(search(db, other, 'ones').total).toBe(64)
})

test('full-text search takes words, never a query language', () => {
  const db = newStore()
  const id = writeSampleRun(db, { steps: 1 })
  const [found] = search(db, id, 'tens').rollouts
  expect(rolloutDetail(db, found!.id).text).toContain('tens')
  for (const text of ['"', 'a" OR "b', 'NEAR(', 'text:ones', '*', '', '  ', "'; DROP TABLE runs; --"])
    expect(() => search(db, id, text), text).not.toThrow()
})

test('responses of a step are neighbours in order', () => {
  const db = newStore()
  const id = writeSampleRun(db, { steps: 2 })
  const ids = groupsOfStep(db, id, 2).flatMap(({ rollouts }) => rollouts.map((rollout) => rollout.id))
  const details = ids.map((rolloutId) => rolloutDetail(db, rolloutId))
  expect(details.map(({ previousId }) => previousId)).toEqual([null, ...ids.slice(0, -1)])
  expect(details.map(({ nextId }) => nextId)).toEqual([...ids.slice(1), null])
  expect(traceOf(db, ids[0]!)).toEqual(details[0]!.trace)
})

test('revisions grow with every change a list would show', async () => {
  const db = newStore()
  const id = newRun(db)
  const revision = (): number => runRevisions(db).get(id)!.revision
  let before = revision()
  for (const change of [
    () => setCommand(db, id, 'pause'),
    () => claimRun(db, id, claimOf(process.pid)),
    () => updateProgress(db, id, { phase: 'update', phaseProgress: 0, elapsedMs: 0, atMs: 0 }),
    () => recordStep(db, sampleStep(id, 1, { steps: 1 })),
    () => releaseRun(db, id, { status: 'failed', message: 'Out of memory.', atMs: 0 }),
  ]) {
    change()
    expect(revision()).toBeGreaterThan(before)
    before = revision()
  }
})

test('checkpoints move with the workspace, and can be forgotten', () => {
  const db = newStore()
  const id = writeSampleRun(db, { steps: 50 })
  const stored = db.prepare('SELECT folder FROM checkpoints ORDER BY step').all()
  expect(stored[0]).toEqual({ folder: `runs/${id}/checkpoints/checkpoint-25` })
  removeCheckpoint(db, id, 25)
  expect(getRun(db, id).checkpoints.map(({ step }) => step)).toEqual([50])
})

test('a stored setting that no longer fits falls back to its default', () => {
  const db = newStore()
  changeSettings(db, { theme: 'dark', smoothing: 0.1 })
  db.prepare("UPDATE settings SET value = '7' WHERE name = 'theme'").run()
  db.prepare("INSERT INTO settings VALUES ('unknown', '1')").run()
  expect(settings(db)).toEqual(settingsSchema.parse({ smoothing: 0.1 }))
})

test('a reader sees whole steps only, while another process writes', async () => {
  const db = newStore()
  const id = writeSampleRun(db, { steps: 3, active: true })
  const reader = openStore(db.name.replace(/\/quiver\.sqlite$/, ''), 'read')
  onTestFinished(() => void reader.close())
  db.exec('BEGIN IMMEDIATE')
  db.prepare('DELETE FROM steps WHERE run_id = ?').run(id)
  expect(rolloutSteps(reader, id)).toEqual([1, 2, 3])
  db.exec('COMMIT')
  await until(() => rolloutSteps(reader, id).length === 0)
})
