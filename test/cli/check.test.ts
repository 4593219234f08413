import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listRecipes } from '../../src-main/services/recipes.ts'
import { methodSchema } from '../../src-preload/contract/method.ts'
import { configWarnings } from '../../src-preload/contract/warnings.ts'
import { jsonLines, quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const data = ['--data', join(sharedFolder(), 'workspace')]

test('check says what cannot do what it says, and succeeds', async () => {
  const checked = await quiver('check', 'kl-cov-arithmetic', '--set', 'update.num_iterations=1', ...data)
  expect(checked.stdout).toMatch(/^Everything fits\.\n\nmemory .*\nProgram .*MiB[\s\S]*The run will take about/)
  expect(checked.stdout).toMatch(
    /\d+ problems; prompts of .*\n60 steps of 128 responses, .*\nAbout .* a step .* for the evaluations, .* in all.*\nIt will write about .* are free on the disk of the workspace\.\n$/,
  )
  const onPolicy = ['--set', 'update.num_iterations=1', '--set', 'update.mini_batch_prompts=16']
  const warned = await quiver('check', 'kl-cov-arithmetic', ...onPolicy, '--json', ...data)
  expect(warned.code).toBe(0)
  expect(jsonLines(warned)).toMatchObject([
    { issues: [], warnings: [{ path: 'update.num_iterations' }], memory: { parts: { reference: 0 } } },
  ])
})

test('check fails where settings do not fit, with every reason', async () => {
  const verifier = 'verifier={kind: custom, file: /nowhere.ts}'
  const bad = ['--set', 'evaluation.k=[64]', '--set', 'model=/nowhere', '--set', verifier]
  const checked = await quiver('check', 'grpo-arithmetic', ...bad, ...data)
  expect(checked.code).toBe(1)
  expect(checked.stdout).toMatch(
    /^evaluation\.k: pass@64 .*\nmodel: .*\nverifier: The verifier \/nowhere\.ts cannot be read /,
  )
  expect(checked.stderr).toBe('3 settings do not fit.\n')
})

test('train warns before it starts', async () => {
  const trained = await quiver(
    'train',
    'opefo-arithmetic',
    '--set',
    'update.num_iterations=2',
    '--set',
    'model=/nowhere',
    ...data,
  )
  expect(trained.stderr).toMatch(/^warning: update\.num_iterations: OPEFO is meant for one update/)
})

test('methods are listed with their sources, and every option with what it is', async () => {
  const methods = jsonLines(await quiver('methods', '--json'))
  expect(methods.map(({ name }) => name)).toEqual(methodSchema.options.map((option) => option.shape.name.value))
  for (const { name } of methods) {
    for (const option of jsonLines(await quiver('methods', String(name), '--json')))
      expect(option, `${name}.${option.option}`).toMatchObject({
        description: expect.stringMatching(/\.$/),
        source: expect.stringMatching(/./),
      })
  }
  const mask = await quiver('methods', 'entropy_mask')
  expect(mask.stdout).toMatch(/top_entropy_quantile +0\.2 +≥ 0, ≤ 1 +fraction +80\/20 rho/)
  expect((await quiver('methods', 'ppo')).stderr).toContain('There is no method "ppo"')
})

test('recipes are listed with their sources, one per method on the built-in model', async () => {
  const listed = jsonLines(await quiver('recipes', '--json'))
  const folder = join(import.meta.dirname, '../../resources/recipes')
  expect(listed.map(({ id }) => `${id}.yaml`).sort()).toEqual(readdirSync(folder).sort())
  for (const { source } of listed) expect(String(source).length).toBeGreaterThan(5)
  const recipes = await listRecipes()
  const builtin = recipes.filter(({ config }) => config.model.startsWith('builtin:'))
  const methods = methodSchema.options.map((option) => option.shape.name.value)
  expect(new Set(builtin.map(({ config }) => config.method.name))).toEqual(new Set(methods))
  for (const { id, config } of recipes) {
    const warnings = configWarnings(config).filter(({ path }) => path !== 'reward.overlong_buffer_length')
    expect(warnings, id).toEqual([])
    expect(config.name, id).toBe(id)
  }
  expect((await quiver('recipes')).stdout).toContain('arXiv 2507.15778')
})

test('a dry run shows three samples with verdict and reward, or why there are none', async () => {
  const short = ['--set', 'rollout.max_completion_length=60', '--dry-run', ...data]
  const checked = await quiver('check', 'grpo-arithmetic', ...short)
  expect(checked.code).toBe(0)
  expect(
    checked.stdout.match(/^sample \d {2}(correct|wrong) {2}reward \d\.\d{3} \(verifier \d\.\d{3}\)$/gm),
  ).toHaveLength(3)
  expect(checked.stdout).toMatch(
    / {2}response, \d+ tokens, mean entropy [\d.]+ nats, (ended|cut at the limit), [\d.]+ s\n/,
  )
  const failed = await quiver('check', 'grpo-arithmetic', '--set', 'data.max_prompt_length=1', ...short)
  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('max_prompt_length = 1 tokens')
})
