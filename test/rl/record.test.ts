import { expect, test } from 'vitest'
import { stepRecord } from '../../src-main/rl/record.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'

test('a short answer is stored as it is, megabytes of tests by their beginning and length', () => {
  const group = (answer: string) => ({
    problem: { id: 'p', prompt: '', promptIds: new Int32Array(), answer },
    rollouts: [],
    filtered: false,
  })
  const batch = { groups: [group('42'), group('x'.repeat(1 << 20))], rounds: 1, generateMs: 0, verifyMs: 0 }
  const { groups } = stepRecord(runConfigSchema.parse({}), 1, batch, {})
  expect(groups[0]?.answer).toBe('42')
  expect(groups[1]?.answer).toBe(`${'x'.repeat(200)}… (1048576 characters, in the dataset)`)
})
