import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { importConfig } from '../../src-main/interop/import/import-config.ts'
import { launchCommand, launchDialects } from '../../src-main/interop/launch/launch-command.ts'
import { resourcesFolder } from '../../src-main/util/resources.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'

const folder = join(resourcesFolder, 'recipes')
const recipes = readdirSync(folder).map(
  (file) => parse(readFileSync(join(folder, file), 'utf8')).config as RunConfigInput,
)
const launch = (config: RunConfigInput, dialect: 'verl' | 'trl') =>
  launchCommand(runConfigSchema.parse(config), dialect)
const lostPaths = (config: RunConfigInput, dialect: 'verl' | 'trl') =>
  launch(config, dialect).lost.map(({ path }) => path)

describe.each(launchDialects)('%s', (dialect) => {
  test('every setting of a command is one that the import knows', () => {
    for (const recipe of recipes) {
      const back = importConfig(launch(recipe, dialect).command, '', { rows: null })
      expect(back.dialect).toBe(dialect)
      expect(
        back.keys.filter(({ outcome }) => outcome === 'lost'),
        recipe.name,
      ).toEqual([])
    }
  })

  test('what comes back otherwise is told, what comes back the same is not', () => {
    for (const recipe of recipes) {
      const { command, lost } = launch(recipe, dialect)
      const config = runConfigSchema.parse(recipe)
      const back = runConfigSchema.parse(importConfig(command, '', { rows: null }).config)
      const told = (path: string): boolean => lost.some((one) => one.path === path)
      expect(told('method.name'), recipe.name).toBe(config.method.name !== back.method.name)
      expect(told('optimizer.learning_rate')).toBe(false)
      expect(back.rollout.prompts_per_step).toBe(config.rollout.prompts_per_step)
      expect(back.update).toMatchObject({
        num_iterations: config.update.num_iterations,
        mini_batch_prompts: config.update.mini_batch_prompts,
      })
      expect(back.steps).toBe(config.steps)
    }
  })
})

const grpo: RunConfigInput = {
  name: 'a b',
  model: 'models/a',
  data: { train: "data/it's here.jsonl" },
  verifier: { kind: 'math' },
  optimizer: { schedule: 'cosine' },
}

test('plain methods carry over whole', () => {
  const clip = { epsilon: 0.1, epsilon_high: 0.3, beta: 0.01, clip_ratio_c: 5 } as const
  expect(
    lostPaths({ ...grpo, method: { name: 'grpo', ...clip, loss_agg_mode: 'seq-mean-token-mean' } }, 'verl'),
  ).toEqual([])
  expect(
    lostPaths({ ...grpo, method: { name: 'grpo', ...clip, loss_agg_mode: 'seq-mean-token-mean' } }, 'trl'),
  ).toEqual([])
  expect(lostPaths({ ...grpo, method: { name: 'kl_cov', kl_cov_ratio: 0.002 } }, 'verl')).toEqual([])
  expect(lostPaths({ ...grpo, lora: { r: 8 }, method: { name: 'gspo' } }, 'trl')).toEqual([])
})

test('Archer in its repository’s form carries over to its fork of verl', () => {
  const archer = { name: 'archer', form: 'repository', high_entropy_clip_ratio_high: 0.4 } as const
  const rollout = { group_filter: 'drop' } as const
  expect(lostPaths({ ...grpo, rollout, verifier: { kind: 'math', mode: 'archer' }, method: archer }, 'verl')).toEqual(
    [],
  )
  expect(lostPaths({ ...grpo, method: { name: 'archer' } }, 'verl')).toContain('method.form')
  expect(lostPaths({ ...grpo, method: { name: 'sent' } }, 'trl')).toContain('method.name')
})

test('moments in the machine’s memory are verl’s optimizer_offload, and mean nothing to a TRL command', () => {
  const config = { optimizer: { offload: true }, device: 'cuda' } as const
  const { command, lost } = launch(config, 'verl')
  expect(command).toContain('actor_rollout_ref.actor.fsdp_config.optimizer_offload=True')
  expect(runConfigSchema.parse(importConfig(command, '', { rows: null }).config).optimizer.offload).toBe(true)
  expect(launch({}, 'verl').command).not.toContain('optimizer_offload')
  for (const paths of [lost.map(({ path }) => path), lostPaths(config, 'trl')])
    expect(paths).not.toContain('optimizer.offload')
})
