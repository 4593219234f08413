import { expect, test } from 'vitest'
import type { RunAlarm } from '../../../src-preload/contract/alarms.ts'
import { logNotices, useNoticeLog } from '../../../src-renderer/lib/notice-log.ts'
import { missedNotices, noticesBetween, noticeText } from '../../../src-renderer/lib/run-notices.ts'
import { runSummaryOf } from '../../helpers/run-summary.ts'

const running = runSummaryOf({ name: 'archer' })
const kindsOf = (...[before, after]: Parameters<typeof noticesBetween>): string[] =>
  noticesBetween(before, after).map(({ kind }) => kind)

test('ends that nobody asked for are announced; a stop, a pause and a first sight are not', () => {
  for (const status of ['finished', 'failed', 'interrupted'] as const)
    expect(kindsOf(running, runSummaryOf({ status, endedAtMs: 9 }))).toEqual([status])
  for (const status of ['stopping', 'stopped', 'paused', 'queued'] as const)
    expect(kindsOf(running, runSummaryOf({ status }))).toEqual([])
  expect(kindsOf(undefined, runSummaryOf({ status: 'failed' }))).toEqual([])
  expect(kindsOf(runSummaryOf({ status: 'failed' }), runSummaryOf({ status: 'failed', step: 4 }))).toEqual([])
})

test('a run that pauses itself says why; an alarm is announced once, at its rise', () => {
  const alarm: RunAlarm = { rule: 'kl', step: 3, value: 0.9, limit: 0.5 }
  const paused = runSummaryOf({ status: 'paused', message: 'Paused by the watchdog.', alarms: [alarm] })
  expect(kindsOf(running, paused)).toEqual(['alarm', 'paused'])
  expect(kindsOf(paused, { ...paused, alarms: [{ ...alarm, value: 1 }] })).toEqual([])
  const [said] = noticesBetween(running, { ...running, alarms: [alarm] })
  expect(noticeText(said!)).toBe('“archer” raises an alarm.')
  expect(said!.detail).toContain('The KL to the reference is 0.9 nats')
})

test('what ended while nobody looked is told afterwards, and nothing is told twice', () => {
  const failed = runSummaryOf({ id: 'a', status: 'failed', endedAtMs: 50, message: 'Out of memory.' })
  const all = [failed, runSummaryOf({ id: 'b', status: 'finished', endedAtMs: 10 }), runSummaryOf({ id: 'c' })]
  const missed = missedNotices(all, 20)
  expect(missed.map(({ runId, detail, address }) => [runId, detail, address])).toEqual([
    ['a', 'Out of memory.', '/runs/a/log'],
  ])
  expect(logNotices(missed)).toHaveLength(1)
  // The same end, seen live in another page.
  expect(logNotices(noticesBetween(runSummaryOf({ id: 'a' }), failed))).toEqual([])
  expect(useNoticeLog.getState()).toMatchObject({ unread: 1, notices: [{ runId: 'a' }] })
})
