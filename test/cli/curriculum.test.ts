import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveDataset } from '../../src-main/util/resources.ts'
import { jsonLines, quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const folder = sharedFolder()
const train = join(folder, 'train.jsonl')
const count = 12
writeFileSync(
  train,
  readFileSync(resolveDataset('builtin:arithmetic-train'), 'utf8').split('\n').slice(0, count).join('\n'),
)
const data = ['--data', join(folder, 'workspace'), '--json']
const sample = ['curriculum', 'sample', 'grpo-arithmetic', '--set', `data.train=${train}`]

test('sample → list → show → prompts → delete', async () => {
  const sampled = await quiver(...sample, '--set', 'curriculum.stages=3', ...data)
  expect(sampled.code, sampled.stderr).toBe(0)
  const [detail] = jsonLines(sampled) as unknown as {
    summary: { id: string }
    histogram: { prompts: number }[]
    stages: { lowest: number; highest: number; prompts: number }[]
  }[]
  expect(detail).toMatchObject({ summary: { status: 'finished', done: count, prompts: count } })
  expect(detail!.histogram.reduce((sum, { prompts }) => sum + prompts, 0)).toBe(count)
  expect(detail!.stages.map(({ prompts }) => prompts)).toEqual([4, 4, 4])
  expect(detail!.stages[0]!.highest).toBeLessThanOrEqual(detail!.stages[1]!.lowest)
  const { id } = detail!.summary

  expect(jsonLines(await quiver(...sample, ...data))).toMatchObject([{ summary: { id } }])
  expect(jsonLines(await quiver('curriculum', 'list', ...data))).toMatchObject([{ id, status: 'finished' }])
  const prompts = jsonLines(await quiver('curriculum', 'show', id, '--prompts', '5', '--highest', ...data))
  expect(prompts).toHaveLength(5)
  const entropies = prompts.map(({ entropy }) => Number(entropy))
  expect(entropies).toEqual(entropies.toSorted((a, b) => b - a))
  const words = ['curriculum', 'show', id, '--data', join(folder, 'workspace')]
  expect((await quiver(...words)).stdout).toMatch(/mean entropy \d\.\d+ nats.*█.*stage +prompts/s)

  expect((await quiver('curriculum', 'delete', id, ...data)).code).toBe(0)
  const gone = await quiver('curriculum', 'show', id, ...data)
  expect(gone.code).toBe(1)
  expect(gone.stderr).toContain(`There is no semantic-entropy pass "${id}"`)
})

test('a pass that cannot work ends with its reason', async () => {
  const failed = await quiver(...sample, '--set', 'data.max_prompt_length=1', ...data)
  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('are longer than max_prompt_length = 1 tokens')
})
