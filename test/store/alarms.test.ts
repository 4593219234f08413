import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { createRun, getRun, runRevisions, runSummary } from '../../src-main/store/runs.ts'
import { recordStep, truncateRun } from '../../src-main/store/steps.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

function storeWithRun() {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  createRun(db, { id: 'run', config: runConfigSchema.parse({}), atMs: 5 })
  const record = (step: number, metrics: Record<string, number>) =>
    recordStep(db, { runId: 'run', step, atMs: 100 * step, elapsedMs: 10 * step, metrics, groups: [] })
  return { db, record, rules: () => runSummary(db, 'run').alarms.map(({ rule, step }) => `${rule} ${step}`) }
}

test('an alarm is raised once, holds on, keeps its first step and goes when it no longer holds', () => {
  const { db, record, rules } = storeWithRun()
  expect([1, 2].flatMap((step) => record(step, { kl: 0.9, entropy: 1 }))).toEqual([])
  expect(record(3, { kl: 0.9, entropy: 1 })).toEqual([{ rule: 'kl', step: 3, value: 0.9, limit: 0.5 }])
  const { revision } = runRevisions(db).get('run')!
  expect(record(4, { kl: 1.2, entropy: 1 })).toEqual([])
  expect(runRevisions(db).get('run')!.revision).toBeGreaterThan(revision)
  expect(runSummary(db, 'run').alarms).toEqual([{ rule: 'kl', step: 3, value: 1.2, limit: 0.5 }])
  expect(getRun(db, 'run').events.filter(({ kind }) => kind === 'alarm')).toMatchObject([
    { step: 3, message: expect.stringContaining('Far from the reference') },
  ])
  record(5, { kl: 0.1, entropy: 1 })
  expect(rules()).toEqual([])
})

test('values that a step did not record are no steps of the rule', () => {
  const { record, rules } = storeWithRun()
  for (const [step, kl] of [0.9, null, 0.9, null, 0.9].entries())
    record(step + 1, kl === null ? { reward: 1 } : { reward: 1, kl })
  expect(rules()).toEqual(['kl 5'])
})

test('entropy is held against the first ten steps, however long ago', () => {
  const { record, rules } = storeWithRun()
  for (let step = 1; step <= 60; step++) record(step, { entropy: step <= 10 ? 1 : step < 50 ? 0.6 : 0.05 })
  expect(rules()).toEqual(['entropy_collapse 52', 'entropy_cliff 50'])
})

test('steps taken back take their alarms along', () => {
  const { db, record, rules } = storeWithRun()
  for (let step = 1; step <= 6; step++) record(step, { kl: 0.9, 'completions/clipped_ratio': step < 4 ? 0 : 0.5 })
  expect(rules()).toEqual(['truncation 6', 'kl 3'])
  truncateRun(db, 'run', 4)
  expect(rules()).toEqual(['kl 3'])
  record(5, { kl: 0.1, 'completions/clipped_ratio': 0 })
  expect(rules()).toEqual([])
})
