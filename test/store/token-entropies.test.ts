import { expect, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { createRun } from '../../src-main/store/runs.ts'
import { recordStep, truncateRun } from '../../src-main/store/steps.ts'
import { tokenTable } from '../../src-main/store/token-entropies.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import type { TokenEntropies } from '../../src-preload/contract/tokens.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const db = openStore(sharedFolder(), 'write')
createRun(db, { id: 'run', config: runConfigSchema.parse({}), atMs: 0 })

type Entry = [occurrences: number, sum: number, text: string]
const entropies = (tokens: Record<number, Entry>, tokenClass = 1): TokenEntropies => {
  const entries = Object.entries(tokens)
  return {
    ids: Uint32Array.from(entries, ([id]) => Number(id)),
    classes: new Uint8Array(entries.length).fill(tokenClass),
    occurrences: Uint32Array.from(entries, ([, [occurrences]]) => occurrences),
    sums: Float32Array.from(entries, ([, [, sum]]) => sum),
    texts: entries.map(([, [, , text]]) => text),
  }
}
const record = (step: number, tokenEntropies: TokenEntropies) =>
  recordStep(db, { runId: 'run', step, atMs: step, elapsedMs: step, metrics: {}, groups: [], tokenEntropies })

record(1, entropies({ 3: [4, 2, ' wait'], 7: [100, 1, '7'], 200000: [1, 4, '<|end|>'] }))
record(2, entropies({ 3: [6, 4, ' wait'], 9: [20, 30, ' so'] }, 2))
const table = (given: object) =>
  tokenTable(db, { id: 'run', class: 'all', order: 'high', minCount: 1, limit: 10, ...given })

test('tokens of a run are ordered by mean entropy over all steps, with text and count', () => {
  expect(table({})).toMatchObject({ steps: 2, tokens: 131, distinct: 4 })
  expect(table({}).rows.map(({ id }) => id)).toEqual([200_000, 9, 3, 7])
  expect(table({}).rows[2]).toEqual({ id: 3, text: ' wait', occurrences: 10, meanEntropy: 0.6 })
  expect(table({ order: 'low' }).rows.map(({ text }) => text)).toEqual(['7', ' wait', ' so', '<|end|>'])
})

test('a step, a least count and a limit narrow the table', () => {
  expect(table({ step: 2 }).rows.map(({ id }) => id)).toEqual([9, 3])
  expect(table({ minCount: 10 }).rows.map(({ id }) => id)).toEqual([9, 3, 7])
  expect(table({ limit: 1 }).rows.map(({ id }) => id)).toEqual([200_000])
  expect(table({ step: 5 })).toEqual({ runId: 'run', steps: 0, tokens: 0, distinct: 0, rows: [] })
})

test('a class has its tokens alone; steps recorded before classes were have none', () => {
  expect(table({ class: 'reasoning' }).rows.map(({ id, occurrences }) => [id, occurrences])).toEqual([
    [9, 20],
    [3, 6],
  ])
  expect(table({ class: 'knowledge' })).toMatchObject({ steps: 2, tokens: 105, distinct: 3 })
  db.prepare('UPDATE token_entropies SET classes = NULL WHERE step = 2').run()
  expect(table({ class: 'reasoning' })).toMatchObject({ tokens: 0, rows: [] })
  expect(table({})).toMatchObject({ tokens: 131 })
})

test('a step recorded again replaces its tokens; a step taken back takes them with it', () => {
  record(2, entropies({ 9: [1, 1, ' so'] }))
  expect(table({ step: 2 })).toMatchObject({ tokens: 1 })
  truncateRun(db, 'run', 1)
  expect(table({})).toMatchObject({ steps: 1, tokens: 105 })
})
