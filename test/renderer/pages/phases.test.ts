import { expect, test } from 'vitest'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { followPhase, phaseTimes, startClock } from '../../../src-renderer/pages/run/phase-clock.ts'
import { meanParts, recentStepTimes, timeParts } from '../../../src-renderer/pages/run/phase-times.ts'

test('the time of a step is divided among its phases in their order, and the rest is named', () => {
  const seconds = { update: 3, step: 10, generate: 6, verify: 0, record: 2 }
  expect(timeParts(new Map(Object.entries(seconds)))).toEqual([
    { id: 'generate', label: 'Generation', seconds: 6 },
    { id: 'update', label: 'Training', seconds: 3 },
    { id: 'record', label: 'Storage', seconds: 2 },
    { id: 'other', label: 'Other', seconds: 1 },
  ])
  expect(timeParts(new Map())).toEqual([])
})

test('the last timed steps come oldest first, with the mean of each phase', () => {
  const columns = emptyColumns()
  mergeSeries(columns, {
    runId: 'run',
    ...{ steps: [0, 1, 2, 3], atMs: [0, 0, 0, 0], elapsedMs: [0, 0, 0, 0] },
    values: {
      'timing_s/step': [null, 9, 4, 8],
      'timing_s/generate': [null, 9, 3, 2],
      'timing_s/update': [null, 0, 1, 6],
      'eval/greedy': [0.5, null, null, null],
    },
  })
  const times = recentStepTimes(columns, 2)
  expect(times.map(({ step, seconds }) => [step, seconds])).toEqual([
    [2, 4],
    [3, 8],
  ])
  expect(meanParts(times).map(({ id, seconds, share }) => [id, seconds, share])).toEqual([
    ['generate', 2.5, 5 / 12],
    ['update', 3.5, 7 / 12],
  ])
  expect(recentStepTimes(columns, 9)).toHaveLength(3)
})

test('the step under way counts its phases, stands still with the run, and begins anew with the next step', () => {
  const run = { step: 4, phase: 'generate', status: 'running' } as const
  let clock = startClock(run, 1000)
  expect(followPhase(clock, run, 1500)).toBe(clock)
  clock = followPhase(clock, { ...run, phase: 'update' }, 3000)
  clock = followPhase(clock, { ...run, phase: 'update', status: 'paused' }, 4000)
  expect([...phaseTimes(clock, 9000)]).toEqual([
    ['generate', 2000],
    ['update', 1000],
  ])
  clock = followPhase(clock, { ...run, phase: 'update' }, 9000)
  expect(phaseTimes(clock, 9500).get('update')).toBe(1500)
  expect(clock.whole).toBe(false)
  clock = followPhase(clock, { ...run, step: 5, phase: 'record' }, 10_000)
  expect([...phaseTimes(clock, 10_250)]).toEqual([['record', 250]])
  expect(clock.whole).toBe(true)
})
