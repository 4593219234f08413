import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const folder = sharedFolder()
const data = ['--data', join(folder, 'workspace')]
const settings = [
  'lora={r: 4}',
  'steps=1',
  'threads=1',
  'rollout.prompts_per_step=4',
  'rollout.num_generations=4',
  'update.mini_batch_prompts=2',
  'evaluation.dataset=null',
]
const withSettings = (...more: readonly string[]): string[] => [...settings, ...more].flatMap((one) => ['--set', one])
const prompt = ['--prompt', '12+34=', '--max-tokens', '4', '--greedy', '--json']

test('an adapter is trained, run, exported apart and merged, and trained further', async () => {
  const trained = await quiver('train', 'archer-arithmetic', ...withSettings(), ...data, '--json')
  expect(trained.code, trained.stderr).toBe(0)
  const id = String(jsonLines(trained)[0]?.id)
  const checkpoint = join(folder, 'workspace', 'runs', id, 'checkpoints', 'checkpoint-1')
  expect(readdirSync(checkpoint).sort()).toEqual([
    'adapter_config.json',
    'adapter_model.safetensors',
    'generation_config.json',
    'optimizer.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
    'trainer_state.json',
  ])

  const [apart, merged] = [join(folder, 'apart'), join(folder, 'merged')]
  expect((await quiver('export', id, apart, ...data)).stderr).toBe('')
  expect((await quiver('export', `${id}@1`, '--merge', merged, ...data)).stderr).toBe('')
  expect(existsSync(join(merged, 'adapter_config.json'))).toBe(false)
  const answers = await Promise.all(
    [id, apart, merged].map(async (model) => jsonLines(await quiver('generate', model, ...prompt, ...data))[0]),
  )
  expect(answers[0]).toMatchObject({ ids: expect.any(Array) })
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toMatchObject({ ids: answers[0]!.ids })

  const further = ['--set', `model=${apart}`, '--set', 'lora=null']
  const again = await quiver('train', 'archer-arithmetic', ...withSettings(), ...further, ...data, '--json')
  expect(again.code, again.stderr).toBe(0)
  expect(jsonLines(again)[0]).toMatchObject({ status: 'finished', step: 1 })
}, 240_000)

test('a PEFT folder takes its base from its config, or from --base', async () => {
  const fixture = 'test/fixtures/models/qwen2-tied'
  const named = await quiver('generate', join(fixture, 'lora'), ...prompt)
  expect(named.code, named.stderr).toBe(0)
  const given = await quiver('generate', join(fixture, 'lora'), '--base', fixture, ...prompt)
  expect(jsonLines(given)).toEqual(jsonLines(named))
})

test('a new adapter on top of a PEFT folder is refused before the run', async () => {
  const model = ['--set', 'model=test/fixtures/models/qwen2-tied/lora']
  const refused = await quiver('train', 'archer-arithmetic', ...withSettings(), ...model, ...data)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(/lora: .*brings its own adapter/)
})
