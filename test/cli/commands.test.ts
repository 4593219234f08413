import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const folder = sharedFolder()
const data = ['--data', join(folder, 'workspace')]
const settings = [
  'steps=2',
  'rollout.prompts_per_step=4',
  'rollout.num_generations=4',
  'update.mini_batch_prompts=2',
  'evaluation.limit=8',
  'evaluation.n=2',
  'evaluation.k=[1,2]',
]

test('train → show → metrics → rollouts → trace → eval, all as JSON', async () => {
  const trained = await quiver(
    'train',
    'archer-arithmetic',
    ...settings.flatMap((setting) => ['--set', setting]),
    ...data,
    '--json',
  )
  expect(trained.code, trained.stderr).toBe(0)
  const [summary] = jsonLines(trained)
  expect(summary).toMatchObject({ status: 'finished', step: 2, method: 'archer' })
  const id = String(summary?.id)

  expect(jsonLines(await quiver('runs', ...data, '--json'))).toMatchObject([{ id, status: 'finished' }])
  const [shown] = jsonLines(await quiver('show', id, ...data, '--json'))
  expect(shown).toMatchObject({ config: { steps: 2 }, checkpoints: [{ step: 2 }] })

  const metrics = jsonLines(
    await quiver('metrics', id, '--name', 'reward', '--name', 'entropy/reasoning', ...data, '--json'),
  )
  expect(metrics.map(({ step }) => step)).toEqual([0, 1, 2])
  expect(metrics[2]).toMatchObject({ reward: expect.any(Number), 'entropy/reasoning': expect.any(Number) })

  const rollouts = jsonLines(await quiver('rollouts', id, '--step', '1', ...data, '--json'))
  expect(rollouts).toHaveLength(16)
  const tokens = jsonLines(await quiver('trace', id, String(rollouts[0]?.id), ...data, '--json'))
  expect(tokens).toHaveLength(Number(rollouts[0]?.tokens))
  expect(tokens[0]).toMatchObject({ position: 0, entropy: expect.any(Number), rolloutLogprob: expect.any(Number) })

  const sampled = rollouts.reduce((sum, { tokens: length }) => sum + Number(length), 0)
  const step = ['--step', '1', '--min-count', '1', '--limit', '10000']
  const low = jsonLines(await quiver('tokens', id, '--order', 'low', ...step, ...data, '--json'))
  expect(low.reduce((sum, { occurrences }) => sum + Number(occurrences), 0)).toBe(sampled)
  const high = jsonLines(await quiver('tokens', id, '--limit', '3', '--min-count', '5', ...data, '--json'))
  expect(high).toHaveLength(3)
  const [reasoning, knowledge] = await Promise.all(
    ['reasoning', 'knowledge'].map(async (name) => {
      const rows = jsonLines(await quiver('tokens', id, '--class', name, ...step, ...data, '--json'))
      return rows.reduce((sum, { occurrences }) => sum + Number(occurrences), 0)
    }),
  )
  expect(reasoning).toBeGreaterThan(0)
  expect(knowledge).toBeGreaterThan(reasoning!)
  expect(reasoning! + knowledge!).toBeLessThanOrEqual(sampled)
  expect(Number(high[0]?.meanEntropy)).toBeGreaterThan(Number(low[0]?.meanEntropy))
  expect((await quiver('fit', id, ...data)).stderr).toContain('too few steps for a fit')

  const evaluated = await quiver(
    'eval',
    `${id}@2`,
    '--dataset',
    'builtin:arithmetic-heldout',
    '--limit',
    '8',
    '--n',
    '2',
    '--k',
    '1,2',
    ...data,
    '--json',
  )
  expect(evaluated.code, evaluated.stderr).toBe(0)
  expect(jsonLines(evaluated)[0]).toMatchObject({
    problems: 8,
    n: 2,
    metrics: { 'eval/greedy': expect.any(Number), 'eval/pass@2': expect.any(Number) },
  })
})

test('generate is a function of the seed, and score gives its log-probabilities back', async () => {
  const words = ['generate', 'builtin:arithmetic-1m', '--prompt', '57+68-39=?\n', '--n', '3', '--json']
  const responses = jsonLines(await quiver(...words, '--seed', '4'))
  expect(jsonLines(await quiver(...words, '--seed', '4'))).toEqual(responses)
  expect(jsonLines(await quiver(...words, '--seed', '5'))).not.toEqual(responses)
  const input = join(folder, 'score.jsonl')
  writeFileSync(
    input,
    responses.map(({ text }) => JSON.stringify({ prompt: '57+68-39=?\n', response: text })).join('\n'),
  )
  const scored = jsonLines(await quiver('score', 'builtin:arithmetic-1m', '--input', input, '--json'))
  for (const [index, response] of responses.entries()) {
    const sampled = response.logprobs as number[]
    const rescored = scored[index]!.logprobs as number[]
    for (const [token, logprob] of rescored.entries()) expect(logprob).toBeCloseTo(sampled[token]!, 4)
  }
})

test('method reports loss, gradients and classes of a batch file', async () => {
  const batch = join(folder, 'batch.json')
  const old = [
    [0.9, 0.8, 0.7, 0.6, 0.5],
    [0.95, 0.4, 0.7],
  ].map((row) => row.map(Math.log))
  const policy = [
    [0.95, 0.99, 0.6, 0.8, 0.7],
    [0.93, 0.15, 0.9],
  ].map((row) => row.map(Math.log))
  const padded = (rows: number[][]): number[][] => rows.map((row) => [...row, 0, 0].slice(0, 5))
  writeFileSync(
    batch,
    JSON.stringify({
      old_log_prob: padded(old),
      log_prob: padded(policy),
      ref_log_prob: padded(old),
      entropy: padded([
        [0.1, 0.2, 0.3, 0.4, 0.5],
        [0.05, 0.9, 0.3],
      ]),
      mask: [
        [1, 1, 1, 1, 1],
        [1, 1, 1, 0, 0],
      ],
      rewards: [1, 0],
      groups: [0, 0],
    }),
  )
  const [report] = jsonLines(await quiver('method', 'archer', '--batch', batch, '--json'))
  expect(report?.loss).toBeCloseTo(-0.260558963, 6)
  const classes = report?.classes as string[][]
  expect(classes.flat().filter((name) => name === 'reasoning')).toHaveLength(2)
  const [dapo] = jsonLines(await quiver('method', 'dapo', '--batch', batch, '--json'))
  expect(dapo?.loss).toBeCloseTo(-0.233834292, 6)
})

test('runs are written as a report and as files, in a workspace that a train filled', async () => {
  const ids = jsonLines(await quiver('runs', ...data, '--json')).map(({ id }) => String(id))
  const out = join(folder, 'report.html')
  const reported = await quiver('report', ids[0]!, ids[0]!, '--at', '1', '--out', out, ...data, '--json')
  expect(reported.code, reported.stderr).toBe(0)
  expect(readFileSync(out, 'utf8')).toContain('<svg')
  expect(readFileSync(out, 'utf8')).toContain('Metrics, step 1<')
  const exported = await quiver('export-run', ids[0]!, '--out', join(folder, 'exported'), ...data, '--json')
  expect(exported.code, exported.stderr).toBe(0)
  expect(readFileSync(join(folder, 'exported', ids[0]!, 'traces.jsonl'), 'utf8')).toContain('"token_ids":[')
  const missing = await quiver('report', 'gone', '--out', out, ...data)
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('There is no run "gone"')])
})
