import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { searchPageQuery, searchRollouts } from '../../src-main/store/rollout-search.ts'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { queryPlan } from '../../src-main/store/sql.ts'
import { writeSampleRun } from '../helpers/sample-run.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

function stored() {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  const id = writeSampleRun(db, { steps: 12, prompts: 2, generations: 8 })
  writeSampleRun(db, { steps: 2, seed: 9 })
  const all = Array.from({ length: 12 }, (_, index) => groupsOfStep(db, id, index + 1)).flatMap((groups) =>
    groups.flatMap((group) =>
      group.rollouts.map((rollout) => ({ ...rollout, prompt: group.prompt, group: group.rollouts })),
    ),
  )
  const search = (filter: string, order: Parameters<typeof searchRollouts>[1]['order'] = 'oldest') =>
    searchRollouts(db, { id, filter, order, offset: 0, limit: 200 })
  return { db, id, all, search }
}

test('conditions narrow the responses as they say', () => {
  const { all, search } = stored()
  const expected: readonly (readonly [filter: string, fits: (one: (typeof all)[number]) => boolean])[] = [
    ['', () => true],
    ['correct', (one) => one.correct],
    ['-correct step>4', (one) => !one.correct && one.step > 4],
    ['reward<1 step<=3', (one) => one.reward < 1 && one.step <= 3],
    ['truncated', (one) => one.finishReason === 'length'],
    ['nospread', (one) => one.group.every((other) => other.reward === one.reward)],
    ['spread wrong', (one) => !one.correct && one.group.some((other) => other.reward !== one.reward)],
    ['entropy>0.2', (one) => one.meanEntropy > 0.2],
    ['prompt:"1"', (one) => one.prompt.includes('1')],
  ]
  for (const [filter, fits] of expected) {
    const { rollouts, total } = search(filter)
    expect(
      rollouts.map((one) => one.id),
      filter,
    ).toEqual(all.filter(fits).map((one) => one.id))
    expect(total).toBe(rollouts.length)
  }
  expect(all.some((one) => one.finishReason === 'length')).toBe(true)
})

test('groups without spread are counted once, among the groups that have a response that fits', () => {
  const { all, search } = stored()
  for (const filter of ['', 'wrong', 'step>4', 'nospread', 'spread']) {
    const { rollouts, groups, groupsWithoutSpread } = search(filter)
    const found = new Set(rollouts.map((one) => all.find(({ id }) => id === one.id)!.group))
    expect(groups, filter).toBe(found.size)
    const flat = [...found].filter((group) => group.every(({ reward }) => reward === group[0]!.reward))
    expect(groupsWithoutSpread, filter).toBe(flat.length)
  }
  expect(search('').groupsWithoutSpread).toBeGreaterThan(0)
})

test('words and phrases look into the responses; signs and quotes are harmless', () => {
  const { db, all, search } = stored()
  expect(search('text:"ones tens"').total).toBe(0)
  expect(search('text:"ones"').total).toBe(all.length)
  expect(search('one').total, 'a part of a word is none').toBe(0)
  expect(search('contains:"nes"').total).toBe(all.length)
  for (const open of ['text:"one', '"one', 'text:"ones', 'text:"ones\\', 'contains:"nes', 'text:"'])
    expect(search(open).total, 'an open quote lasts to the end').toBe(all.length)
  expect(search('text:"one"').total).toBe(0)
  db.prepare("UPDATE rollouts SET text = text || ' =>' WHERE id = ?").run(all[3]!.id)
  expect(search('text:"=>"').rollouts.map((one) => one.id)).toEqual([all[3]!.id])
  expect(search('-"=>"').total).toBe(all.length - 1)
  for (const [place, text] of [
    [3, 'x =92'],
    [4, 'x 92'],
  ] as const) {
    db.prepare('UPDATE rollouts SET text = ? WHERE id = ?').run(text, all[place]!.id)
    db.prepare('INSERT INTO rollouts_text (rowid, text) VALUES (?, ?)').run(all[place]!.id, text)
  }
  expect(search('text:"92"').rollouts.map((one) => one.id)).toEqual([all[3]!.id, all[4]!.id])
  expect(search('text:"=92"').rollouts.map((one) => one.id)).toEqual([all[3]!.id])
  const found = all[5]!.extracted!
  expect(search(`found=${found}`).rollouts.every((one) => one.extracted === found)).toBe(true)
  for (const filter of ['"', "'; DROP TABLE rollouts --", 'text:"a OR b*"', 'nosuchfield:x', 'reward<abc', '(', '""'])
    expect(() => search(filter), filter).not.toThrow()
})

test('orders, pages and totals', () => {
  const { db, id, all, search } = stored()
  const rewards = search('', 'best').rollouts.map((one) => one.reward)
  expect(rewards).toEqual(rewards.toSorted((a, b) => b - a))
  const random = search('', 'random').rollouts.map((one) => one.id)
  expect(random).not.toEqual(random.toSorted((a, b) => a - b))
  const second = searchRollouts(db, { id, filter: '', order: 'random', offset: 10, limit: 5 })
  expect(second.rollouts.map((one) => one.id)).toEqual(random.slice(10, 15))
  expect(second.total).toBe(all.length)
  expect(second.correct).toBe(all.filter((one) => one.correct).length)
  expect([second.firstStep, second.lastStep]).toEqual([1, 12])
})

test('a search reads one run by index, never the whole table', () => {
  const { db, id } = stored()
  const plan = queryPlan(
    db,
    searchPageQuery({ id, filter: 'reward<1 step>3 text:wait', order: 'newest', offset: 0, limit: 9 }),
  )
  expect(plan).not.toMatch(/SCAN (g|r)\b/)
})
