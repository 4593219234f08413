import { expect, onTestFinished, test } from 'vitest'
import { requireDeviceFor, waitsForCard } from '../../src-main/store/cards.ts'
import { openStore } from '../../src-main/store/open.ts'
import { claimRun, expectTrainer, reconcileRuns, releaseRun } from '../../src-main/store/ownership.ts'
import { enterQueue, leaveQueue, moveInQueue, queuedRuns, takeNextRun } from '../../src-main/store/queue.ts'
import { createRun, hideRun, restoreRun, runRevisions, runRow, runSummary } from '../../src-main/store/runs.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { processStartTime } from '../../src-main/util/process.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import type { DeviceId } from '../../src-preload/contract/device.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

function storeWith(...queued: readonly string[]): WriteDb {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  const config = runConfigSchema.parse({})
  for (const id of queued) createRun(db, { id, config, atMs: 1, queue: true })
  return db
}

const claim = { pid: process.pid, processStartTime: processStartTime(process.pid), atMs: Date.now() }
const room = (maxActiveRuns: number, ...cards: readonly DeviceId[]) => ({ maxActiveRuns, cards })
const places = (db: WriteDb, ...ids: readonly string[]) => ids.map((id) => runSummary(db, id).queuePlace)

test('queued runs have places in the order they came, and wait for as long as it takes', () => {
  const db = storeWith('a', 'b')
  expect([runSummary(db, 'a').status, ...places(db, 'a', 'b')]).toEqual(['queued', 1, 2])
  expect(reconcileRuns(db, Date.now() + 3_600_000)).toEqual([])
})

test('a moved run pushes the others, and every summary that changed is known to have changed', () => {
  const db = storeWith('a', 'b', 'c', 'd')
  const before = runRevisions(db)
  moveInQueue(db, 'c', 1)
  expect(queuedRuns(db)).toEqual(['c', 'a', 'b', 'd'])
  expect(places(db, 'a', 'b', 'c', 'd')).toEqual([2, 3, 1, 4])
  const after = runRevisions(db)
  const changed = ['a', 'b', 'c', 'd'].filter((id) => after.get(id)!.revision > before.get(id)!.revision)
  expect(changed).toEqual(['a', 'b', 'c'])
  moveInQueue(db, 'c', 99)
  expect(queuedRuns(db)).toEqual(['a', 'b', 'd', 'c'])
})

test('the next run leaves the queue while fewer are active than may be; paused and starting ones count', () => {
  const db = storeWith('a', 'b', 'c')
  expect(takeNextRun(db, room(1), Date.now())).toBe('a')
  expect(runSummary(db, 'a')).toMatchObject({ status: 'starting', queuePlace: null })
  expect(places(db, 'b', 'c')).toEqual([1, 2])
  expect(takeNextRun(db, room(1), Date.now())).toBeNull()
  claimRun(db, 'a', claim)
  db.prepare("UPDATE runs SET status = 'paused' WHERE id = 'a'").run()
  expect(takeNextRun(db, room(1), Date.now())).toBeNull()
  expect(takeNextRun(db, room(2), Date.now())).toBe('b')
  releaseRun(db, 'a', { status: 'failed', message: 'Out of memory.', atMs: 2 })
  expect(takeNextRun(db, room(2), Date.now())).toBe('c')
  expect(takeNextRun(db, room(9), Date.now())).toBeNull()
})

test('a run that leaves the queue is stopped; started by hand it is starting; the places close up', () => {
  const db = storeWith('a', 'b', 'c')
  leaveQueue(db, 'a', 5)
  expect(runSummary(db, 'a')).toMatchObject({ status: 'stopped', queuePlace: null })
  expectTrainer(db, 'c', 5)
  expect(runSummary(db, 'c').status).toBe('starting')
  expect(queuedRuns(db)).toEqual(['b'])
  expect(() => leaveQueue(db, 'a', 5)).toThrow('is stopped: it is not in the queue')
  expect(() => moveInQueue(db, 'gone', 1)).toThrow('There is no run "gone"')
})

test('a stopped run waits to go on behind the others; a finished or waiting one is refused', () => {
  const db = storeWith('a', 'b')
  leaveQueue(db, 'a', 5)
  enterQueue(db, 'a', 6)
  expect(queuedRuns(db)).toEqual(['b', 'a'])
  expect(() => enterQueue(db, 'a', 7)).toThrow('is queued. Only a stopped')
  claimRun(db, 'b', claim)
  expect(places(db, 'a', 'b')).toEqual([1, null])
  releaseRun(db, 'b', { status: 'finished', atMs: 8 })
  expect(() => enterQueue(db, 'b', 9)).toThrow('is finished. Only a stopped')
})

test('a deleted run leaves the queue, and comes back stopped', () => {
  const db = storeWith('a', 'b')
  hideRun(db, 'a', 5)
  expect(queuedRuns(db)).toEqual(['b'])
  restoreRun(db, 'a')
  expect(runSummary(db, 'a').status).toBe('stopped')
  expect(queuedRuns(db)).toEqual(['b'])
})

test('a card computes one run at a time: a run that may take any gets the one that is free, others wait for theirs', () => {
  const db = storeWith()
  const add = (id: string, device: DeviceId) =>
    createRun(db, { id, config: runConfigSchema.parse({ name: id, device }), atMs: 1, queue: true })
  add('a', 'cuda')
  add('b', 'cuda')
  add('c', 'cuda:1')
  add('d', 'cuda')
  add('e', 'cpu')
  const two = room(9, 'cuda', 'cuda:1')
  const next = () => takeNextRun(db, two, Date.now())
  const device = (id: string) => runRow(db, id).device
  expect([next(), next(), next(), next()]).toEqual(['a', 'b', 'e', null])
  expect(['a', 'b', 'e', 'c', 'd'].map(device)).toEqual(['cuda', 'cuda:1', 'cpu', null, null])
  expect([queuedRuns(db), waitsForCard(db)]).toEqual([['c', 'd'], true])

  // Started by hand it is refused, and resumed it takes the card that is free by then.
  createRun(db, { id: 'f', config: runConfigSchema.parse({ device: 'cuda:1' }), atMs: 1 })
  expect(() => requireDeviceFor(db, 'f', two.cards)).toThrow(
    'The card "cuda:1" computes the run "b", and a card computes',
  )
  for (const id of ['f', 'a', 'b']) {
    claimRun(db, id, claim)
    releaseRun(db, id, { status: 'stopped', atMs: 2 })
  }
  expect([next(), next(), next()]).toEqual(['c', 'd', null])
  expect(['c', 'd'].map(device)).toEqual(['cuda:1', 'cuda'])
  expect(() => requireDeviceFor(db, 'a', two.cards)).toThrow('The card "cuda" computes the run "d"')
})

test('where the other cards are not known yet, runs for any card wait for the first', () => {
  const db = storeWith()
  const config = runConfigSchema.parse({ device: 'cuda' })
  for (const id of ['a', 'b']) createRun(db, { id, config, atMs: 1, queue: true })
  expect([takeNextRun(db, room(9), 1), takeNextRun(db, room(9), 1)]).toEqual(['a', null])
  expect(takeNextRun(db, room(9, 'cuda', 'cuda:1'), 1)).toBe('b')
})
