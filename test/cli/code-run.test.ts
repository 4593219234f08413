import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const folder = sharedFolder()

/** The built-in model answers sums, not with code: whatever it says must come back judged, and unrewarded. */
test('a run on code problems judges every response in the sandbox and says which', async () => {
  const problems = join(folder, 'problems.jsonl')
  const rows = ['12+34=?', '56-12=?'].map((question, index) => ({
    id: `p${index}`,
    question: `${question}\n`,
    input_output: JSON.stringify({ inputs: ['1\n'], outputs: ['1\n'] }),
  }))
  writeFileSync(problems, rows.map((row) => JSON.stringify(row)).join('\n'))
  const data = ['--data', join(folder, 'workspace')]
  const settings = [
    `data.train=${problems}`,
    'verifier={kind: code, tests: 4}',
    'steps=1',
    'rollout.prompts_per_step=2',
    'rollout.num_generations=2',
    'rollout.group_filter=keep',
    'update.mini_batch_prompts=2',
    'evaluation.dataset=null',
  ]
  const sets = settings.flatMap((setting) => ['--set', setting])
  const trained = await quiver('train', 'grpo-arithmetic', ...sets, ...data, '--json')
  expect(trained.code, trained.stderr).toBe(0)
  const id = String(jsonLines(trained)[0]?.id)
  const [shown] = jsonLines(await quiver('show', id, ...data, '--json'))
  const events = shown?.events as { kind: string; message: string }[]
  expect(events.find(({ kind }) => kind === 'verifier')?.message).toMatch(/^Code runs in (bwrap|wasm) /)
  const rollouts = jsonLines(await quiver('rollouts', id, '--step', '1', ...data, '--json'))
  expect(rollouts.map(({ reward }) => reward)).toEqual([0, 0, 0, 0])
})
