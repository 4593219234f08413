import { expect, onTestFinished, test } from 'vitest'
import { startVerifyPool } from '../../src-main/tasks/verify/pool.ts'

test('verdicts come in the order of the items, over several workers', async () => {
  const pool = startVerifyPool({ kind: 'numeric' }, { workers: 2 })
  onTestFinished(() => pool.dispose())
  const items = Array.from({ length: 50 }, (_, index) => ({ response: `#### ${index}`, answer: String(index % 7) }))
  const verdicts = await pool.verify(items)
  expect(verdicts.map(({ extracted }) => extracted)).toEqual(items.map((_, index) => String(index)))
  expect(verdicts.map(({ correct }) => correct)).toEqual(items.map((_, index) => index < 7))
  expect(await pool.verify([])).toEqual([])
})

test('a stuck or dead worker costs its own item only', async () => {
  const script = new URL('./stuck-worker.ts', import.meta.url)
  const pool = startVerifyPool({ kind: 'numeric' }, { workers: 1, limitMs: 200, script })
  onTestFinished(() => pool.dispose())
  const responses = ['first', 'hang', 'second', 'die', 'third']
  const verdicts = await pool.verify(responses.map((response) => ({ response, answer: '' })))
  expect(verdicts.map(({ correct }) => correct)).toEqual([true, false, true, false, true])
  expect(verdicts[1]!.reason).toContain('200 ms')
  expect(verdicts[3]!.reason).toContain('out of luck')
})
