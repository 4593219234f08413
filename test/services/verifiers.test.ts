import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeSampleRun } from '../helpers/sample-run.ts'
import { startServices } from '../helpers/services-client.ts'

const math = { kind: 'math' } as const

test('responses given by the page are checked in order', async () => {
  const { client } = startServices()
  const items = ['\\boxed{\\frac12}', 'Answer: 0.6', 'no idea'].map((response) => ({ response, answer: '0.5' }))
  expect(await client.call('verifiers.check', { verifier: math, items })).toMatchObject([
    {
      correct: true,
      score: 1,
      extracted: '\\frac12',
      parsed: expect.stringContaining('number'),
      ms: expect.any(Number),
    },
    { correct: false, extracted: '0.6', reason: 'not equal to the answer' },
    { correct: false, extracted: null, parsed: null },
  ])
  await expect(client.call('verifiers.check', { verifier: { kind: 'regex', pattern: '(' }, items })).rejects.toThrow(
    /no regular expression/,
  )
})

test.each([
  [math],
  [{ kind: 'math', mode: 'dapo' }],
  [{ kind: 'math', mode: 'archer' }],
  [{ kind: 'numeric' }],
  [{ kind: 'exact' }],
  [{ kind: 'weighted' }],
] as const)('the references of the built-in dataset verify against themselves: %j', async (verifier) => {
  const { client } = startServices()
  const check = await client.call('verifiers.dataset', { verifier, reference: 'builtin:arithmetic-heldout', limit: 40 })
  expect(check).toEqual({ rows: expect.any(Number), checked: 40, verified: 40, failures: [] })
})

test('a reference that no response could match is listed', async () => {
  const { client, workspace } = startServices()
  const path = join(workspace, 'data.jsonl')
  const rows = [
    { id: 'good', prompt: 'a', answer: '\\frac{1}{2}' },
    { id: 'undefined', prompt: 'b', answer: '\\frac{1}{0}' },
  ]
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'))
  const check = await client.call('verifiers.dataset', { verifier: math, reference: path })
  expect(check).toMatchObject({
    rows: 2,
    checked: 2,
    verified: 1,
    failures: [{ id: 'undefined', answer: '\\frac{1}{0}' }],
  })
  await expect(client.call('verifiers.dataset', { verifier: math, reference: 'none.jsonl' })).rejects.toThrow(
    /none\.jsonl/,
  )
})

test('a run is scored again: what flips is told, and nothing stored changes', async () => {
  const { client, db } = startServices()
  const id = writeSampleRun(db, { steps: 2 })
  const before = await client.call('rollouts.groups', { id, step: 2 })
  const same = await client.call('verifiers.rescore', { verifier: { kind: 'numeric' }, id })
  expect(same.checked).toBe(same.stored)
  expect(same.checked).toBeGreaterThan(0)
  const never = await client.call('verifiers.rescore', {
    verifier: { kind: 'regex', pattern: 'never in any response', compare: 'match' },
    id,
  })
  expect(never).toMatchObject({ correctNow: 0, flipped: never.correctBefore, checked: same.checked })
  expect(never.flips[0]).toMatchObject({ before: { correct: true }, now: { correct: false } })
  expect(await client.call('rollouts.groups', { id, step: 2 })).toEqual(before)
  const few = await client.call('verifiers.rescore', { verifier: math, id, limit: 3 })
  expect(few).toMatchObject({ checked: 3, stored: same.stored })
  await expect(client.call('verifiers.rescore', { verifier: math, id: 'no-such-run' })).rejects.toThrow(/no-such-run/)
})
