import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { importConfig } from '../../src-main/interop/import/import-config.ts'
import { trlTable } from '../../src-main/interop/import/trl-keys.ts'
import { verlTable } from '../../src-main/interop/import/verl-keys.ts'
import { resourcesFolder } from '../../src-main/util/resources.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { type ImportResult, importSentence } from '../../src-preload/contract/import.ts'

const folder = join(import.meta.dirname, '../fixtures/imports')
const fixtures = readdirSync(folder)
const imported = (name: string, rows: number | null = null): ImportResult =>
  importConfig(readFileSync(join(folder, name), 'utf8'), name, { rows })
const parsed = (result: ImportResult) => runConfigSchema.parse(result.config)
const key = (result: ImportResult, name: string) => result.keys.find((one) => one.key.endsWith(name))!
const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value)

describe.each(fixtures)('%s', (name) => {
  const result = imported(name)

  test('every setting of the source has an outcome, and what it is said to set is set', () => {
    expect(new Set(result.keys.map((one) => one.key)).size).toBe(result.keys.length)
    for (const { key, outcome, settings, reasons } of result.keys) {
      if (outcome === 'exact') expect(settings.length, key).toBeGreaterThan(0)
      else expect(reasons.length, key).toBeGreaterThan(0)
      for (const reason of reasons) expect(reason, key).toMatch(/[.?]$/)
      if (outcome === 'lost') expect(settings, key).toEqual([])
      for (const { path, value } of settings) expect(valueAt(result.config, path), `${key} → ${path}`).toEqual(value)
    }
  })

  test('the config fits, and each of its settings comes from the source, from the dialect or from Quiver', () => {
    const config = parsed(result)
    expect(parse(result.yaml)).toEqual(result.config)
    const told = [...result.keys.flatMap(({ settings }) => settings), ...result.defaults].map(({ path }) => path)
    const leaves = (value: unknown, path: string): string[] =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(value).flatMap(([one, inner]) => leaves(inner, path === '' ? one : `${path}.${one}`))
        : [path]
    expect(leaves(config, '').filter((path) => !told.includes(path))).toEqual([])
  })
})

describe('Archer’s launch script', () => {
  const result = imported('archer-code.sh', 6753)

  test('becomes the shipped recipe of the same run', () => {
    const recipe = parse(readFileSync(join(resourcesFolder, 'recipes/archer-code-1.5b-repository.yaml'), 'utf8'))
    const [config, shipped] = [parsed(result), runConfigSchema.parse(recipe.config)]
    expect(config.method).toEqual(shipped.method)
    expect(config.optimizer).toEqual(shipped.optimizer)
    expect({ ...config.rollout, temperature: 1 }).toEqual(shipped.rollout)
    expect(config.reward).toEqual({ ...shipped.reward, scale_rewards: 'group' })
    expect(config.update).toMatchObject({ num_iterations: 3, mini_batch_prompts: 32 })
    expect(config.data.max_prompt_length).toBe(shipped.data.max_prompt_length)
    expect(config.verifier).toMatchObject({ kind: 'code', compare: 'archer' })
    expect(config.evaluation).toMatchObject({ n: 4, temperature: 0.8, every: 10 })
  })

  test('counts steps from epochs where the problems are known, and says so where they are not', () => {
    expect(parsed(result).steps).toBe(10 * Math.floor(6753 / 64))
    expect(key(result, 'total_epochs')).toMatchObject({ outcome: 'approximate' })
    expect(key(imported('archer-code.sh'), 'total_epochs')).toMatchObject({
      outcome: 'lost',
      reasons: [expect.stringContaining('set steps')],
    })
  })

  test('a quantile that the script sets and passes to nothing is told', () => {
    expect(result.notes.join(' ')).toContain('token_entropy_quantile=0.8 and passes it to nothing')
    expect(importSentence(result)).toMatch(/^68 settings of verl: 39 taken over, 4 with a difference/)
  })

  test('widths that are not given fall back as in the repository’s code', () => {
    const script = `python -m dapo.main_dapo +actor_rollout_ref.actor.use_token_entropy_separate=True \\
      actor_rollout_ref.actor.clip_ratio_low=0.1 actor_rollout_ref.actor.clip_ratio_high=0.3 data.train_batch_size=8`
    expect(parsed(importConfig(script, '', { rows: null })).method).toMatchObject({
      low_entropy_clip_ratio_low: 0.1,
      low_entropy_clip_ratio_high: 0.1,
      high_entropy_clip_ratio_low: 0.3,
      high_entropy_clip_ratio_high: 0.3,
      low_entropy_kl_loss_scale_coef: 0,
      clip_ratio_c: 3,
    })
  })
})

describe('verl', () => {
  test('arrays, functions, defaults and arithmetic of a script are followed', () => {
    const config = parsed(imported('dapo-arrays.sh'))
    expect(config).toMatchObject({ name: 'dapo-qwen2.5-32b', tags: ['dapo'], seed: 7, steps: 400 })
    expect(config.model).toContain('HOME}/verl/models/Qwen2.5-32B')
    expect(config.method).toMatchObject({ name: 'dapo', epsilon: 0.2, epsilon_high: 0.28, beta: 0, clip_ratio_c: 10 })
    expect(config.rollout).toMatchObject({ num_generations: 16, group_filter: 'refill', max_completion_length: 20480 })
    expect(config.reward).toMatchObject({ overlong_buffer_length: 4096, overlong_penalty_factor: 0.5 })
    expect(config.update).toMatchObject({ mini_batch_prompts: 32, micro_batch_tokens: 5632 })
    expect(config.evaluation.dataset).toBeNull()
  })

  test('of several files the first is taken, with what is unknown of it', () => {
    const script = `a=$HOME/gsm8k.parquet\nfiles="['$a', 'math.parquet']"
      python -m verl.trainer.main_ppo data.train_files="$files" data.seed=1`
    const result = importConfig(script, '', { rows: null })
    expect(parsed(result).data.train).toBe('$HOME/gsm8k.parquet')
    expect(key(result, 'train_files')).toMatchObject({ outcome: 'approximate', line: 3 })
  })

  test('a config file with references, KL-Cov and an adapter', () => {
    const result = imported('kl-cov.yaml')
    const config = parsed(result)
    expect(config.method).toMatchObject({ name: 'kl_cov', kl_cov_ratio: 0.002, ppo_kl_coef: 1 })
    expect(config.lora).toMatchObject({ r: 32, lora_alpha: 64 })
    expect(config.rollout.max_completion_length).toBe(8192)
    expect(config.optimizer).toMatchObject({ schedule: 'cosine', beta2: 0.95 })
    expect(key(result, 'use_kl_in_reward').outcome).toBe('lost')
    expect(key(result, 'val_kwargs.top_p').outcome).toBe('lost')
  })

  test('what is not given has verl’s defaults, not Quiver’s', () => {
    const result = importConfig('python -m verl.trainer.main_ppo data.seed=1 data.train_files=a.jsonl', '', {
      rows: 2048,
    })
    const config = parsed(result)
    expect(config).toMatchObject({
      steps: 60,
      method: { name: 'grpo', epsilon: 0.2, clip_ratio_c: 3, loss_agg_mode: 'token-mean' },
      rollout: { prompts_per_step: 1024, num_generations: 1, max_completion_length: 512 },
      update: { num_iterations: 1, mini_batch_prompts: 256 },
      optimizer: { learning_rate: 1e-6, weight_decay: 0.01, warmup_steps: 0 },
    })
    expect(result.notes.join(' ')).toContain('names no adv_estimator')
    expect(result.defaults).toContainEqual({ path: 'method.clip_ratio_c', value: 3, origin: 'verl' })
  })

  test.each([
    ['actor_rollout_ref.actor.policy_loss.loss_mode=gspo', { name: 'gspo' }],
    ['actor_rollout_ref.actor.policy_loss.loss_mode=clip-cov', { name: 'clip_cov', clip_cov_ratio: 0.0002 }],
    ['actor_rollout_ref.actor.policy_loss.loss_mode=cispo', { name: 'cispo' }],
    ['actor_rollout_ref.actor.entropy_coeff=0.001', { name: 'entropy_bonus', entropy_coef: 0.001 }],
    ['actor_rollout_ref.actor.clip_ratio_high=0.28', { name: 'dapo', epsilon_high: 0.28 }],
    ['actor_rollout_ref.actor.use_token_level_loss=False', { name: 'grpo', loss_agg_mode: 'seq-mean-token-mean' }],
    [
      'actor_rollout_ref.actor.use_kl_loss=True actor_rollout_ref.actor.kl_loss_type=mse',
      { beta: 0.001, kl_estimator: 'k2' },
    ],
    [
      'actor_rollout_ref.actor.loss_agg_mode=seq-mean-token-sum-norm algorithm.norm_adv_by_std_in_grpo=False',
      { name: 'dr_grpo' },
    ],
    [
      'actor_rollout_ref.actor.loss_mode=kl_cov actor_rollout_ref.actor.k_percent=0.2',
      { name: 'kl_cov', kl_cov_ratio: 0.002 },
    ],
  ])('%s', (overrides, method) => {
    const script = `python -m verl.trainer.main_ppo algorithm.adv_estimator=grpo data.seed=1 ${overrides}`
    expect(parsed(importConfig(script, '', { rows: null })).method).toMatchObject(method)
  })

  test.each([
    ['algorithm.adv_estimator=gae', 'no gae advantage'],
    ['actor_rollout_ref.actor.policy_loss.loss_mode=geo_mean', 'no geo_mean loss'],
    ['actor_rollout_ref.actor.kl_loss_type=abs actor_rollout_ref.actor.use_kl_loss=True', 'no abs estimate'],
    ['custom_reward_function.path=reward.py', 'Python cannot run'],
    ['actor_rollout_ref.rollout.top_p=7', 'cannot take 7 for rollout.top_p'],
    ['actor_rollout_ref.rollout.n=many', 'must be a number'],
    ['actor_rollout_ref.actor.my_new_trick=3', 'does not know this key'],
    ['data.seed=$RUN', 'depends on $RUN'],
  ])('%s is not taken over', (override, reason) => {
    const result = importConfig(
      `python -m verl.trainer.main_ppo data.max_prompt_length=64 trainer.save_freq=1 ${override}`,
      '',
      {
        rows: null,
      },
    )
    const lost = result.keys.filter(({ outcome }) => outcome === 'lost').flatMap((one) => one.reasons)
    expect(lost.join(' ')).toContain(reason)
    parsed(result)
  })
})

describe('TRL', () => {
  test('a recipe in YAML', () => {
    const result = imported('grpo-demo.yaml')
    const config = parsed(result)
    expect(config.method).toMatchObject({ name: 'dr_grpo', beta: 0.001 })
    expect(config.reward.scale_rewards).toBe('none')
    expect(config.rollout).toMatchObject({ prompts_per_step: 4, num_generations: 16, temperature: 0.7 })
    expect(config).toMatchObject({ steps: 250, optimizer: { warmup_steps: 25 }, verifier: { kind: 'weighted' } })
    expect(key(result, 'reward_funcs').reasons.join(' ')).toContain('tag_count_reward')
    expect(key(result, 'per_device_train_batch_size').reasons.join(' ')).toContain('number of processes')
  })

  test('an accelerate launch with a high-entropy mask: batches and steps in Quiver’s units', () => {
    const result = imported('grpo-launch.sh')
    const config = parsed(result)
    expect(config.method).toMatchObject({
      name: 'entropy_mask',
      top_entropy_quantile: 0.2,
      denominator: 'all',
      entropy_scope: 'micro-batch',
      epsilon_high: 0.28,
      clip_ratio_c: 4,
    })
    expect(config.rollout.prompts_per_step).toBe((8 * 4 * 16) / 8)
    expect(config.update.mini_batch_prompts).toBe((8 * 4 * 4) / 8)
    expect(config).toMatchObject({ model: 'models/Qwen3-4B', steps: 100, checkpoint: { every: 25 } })
    expect(config.reward).toMatchObject({ mask_truncated_completions: true, scale_rewards: 'batch' })
  })

  test('a Python program: GSPO, an adapter, and what only running it gives', () => {
    const result = imported('grpo_train.py', 800)
    const config = parsed(result)
    expect(config.method).toMatchObject({ name: 'gspo', epsilon: 3e-4, epsilon_high: 4e-4 })
    expect(config.lora).toMatchObject({
      r: 64,
      lora_alpha: 64,
      lora_dropout: 0.05,
      target_modules: ['q_proj', 'v_proj'],
    })
    expect(config.rollout.max_completion_length).toBe(1792)
    expect(config).toMatchObject({ name: 'gspo-small', steps: 100, optimizer: { warmup_steps: 10 } })
    expect(key(result, 'beta')).toMatchObject({ outcome: 'lost' })
    expect(key(result, 'reward_funcs').reasons.join(' ')).toContain('length_reward')
  })

  test.each([
    ['ds = load_dataset("trl-lib/DeepMath-103K")', 'ds'],
    ['ds = load_dataset(path="trl-lib/DeepMath-103K", split="train")\nds = ds.map(lambda row: row)', 'ds["train"]'],
    ['NAME = "trl-lib/DeepMath-103K"', 'datasets.load_dataset(NAME, split="train").shuffle(seed=1)'],
  ])('the dataset of a program stands in its report with what to do: %s', (before, dataset) => {
    const result = importConfig(`${before}\n${program(`train_dataset=${dataset}`)}`, 'train.py', { rows: null })
    expect(result.config.data?.train).toBe('trl-lib/DeepMath-103K')
    expect(key(result, 'train_dataset')).toMatchObject({
      outcome: 'approximate',
      reasons: [expect.stringContaining('looks like a Hugging Face id')],
    })
  })

  test('a file that a program loads is its dataset; data that only running it makes is to be corrected', () => {
    const file = 'train_dataset=load_dataset("json", data_files="problems.jsonl")'
    expect(importConfig(program(file), 'a.py', { rows: null }).config.data?.train).toBe('problems.jsonl')
    const made = importConfig(program('train_dataset=make_data(3)'), 'a.py', { rows: null })
    expect(made.config.data?.train).toBe('make_data(3)')
    expect(key(made, 'train_dataset').reasons).toContain('Correct it.')
  })

  test('a list of rewards that has a name is followed', () => {
    const text = `rewards = [accuracy_reward]\n${program('reward_funcs=rewards')}`
    expect(importConfig(text, 'a.py', { rows: null }).config.verifier).toEqual({ kind: 'math' })
  })

  test('JSON and its sections; CISPO’s cap is a width', () => {
    const text = JSON.stringify({ grpo: { loss_type: 'cispo', epsilon_high: 5, num_generations: 4, max_steps: 10 } })
    const result = importConfig(text, 'config.json', { rows: null })
    expect(result.form).toBe('json')
    expect(parsed(result).method).toMatchObject({ name: 'cispo', epsilon: 1, epsilon_high: 4 })
  })

  test.each([
    ['bnpo', { name: 'grpo', loss_agg_mode: 'token-mean' }],
    ['grpo', { name: 'grpo', loss_agg_mode: 'seq-mean-token-mean' }],
    ['dr_grpo', { name: 'dr_grpo' }],
  ])('loss_type %s', (kind, method) => {
    const result = importConfig(`trl grpo --loss_type ${kind} --num_generations 4`, '', { rows: null })
    expect(parsed(result).method).toMatchObject({ ...method, beta: 0, clip_ratio_c: null })
    expect(parsed(result).rollout.max_completion_length).toBe(256)
  })
})

test.each([1, true, null, 'word', [[1, 2]]])('every key of the tables is read without a failure: %j', (value) => {
  for (const table of [verlTable, trlTable]) {
    const entries = Object.fromEntries(Object.keys(table.rules).map((name) => [name, value]))
    const result = importConfig(JSON.stringify(table === verlTable ? nest(entries) : entries), 'a.json', { rows: 64 })
    expect(result.keys.map((one) => one.key).sort()).toEqual(Object.keys(table.rules).sort())
    parsed(result)
  }
})

test.each([
  'python -m verl.trainer.main_ppo algorithm.adv_estimator=grpo data.seed=1',
  'trl grpo --num_generations 4 --max_steps 2',
])('a source without model and data is told which ones hold instead: %s', (script) => {
  const notes = importConfig(script, '', { rows: null }).notes.join(' ')
  expect(notes).toContain('no model that is known here, so it is builtin:')
  expect(notes).toContain('no data.train that is known here, so it is builtin:arithmetic-train')
})

/** A program of TRL whose trainer has one more argument. */
const program = (argument: string): string =>
  `args = GRPOConfig(num_generations=4, max_steps=10)\nGRPOTrainer(model="models/small", args=args, ${argument})\n`

function nest(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const tree: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(entries)) {
    const parts = path.split('.')
    const last = parts.pop()!
    let place = tree
    for (const part of parts) {
      place[part] ??= {}
      place = place[part] as Record<string, unknown>
    }
    place[last] = value
  }
  return tree
}

test('Quiver’s own recipes are taken as they are', () => {
  const text = readFileSync(join(resourcesFolder, 'recipes/archer-arithmetic.yaml'), 'utf8')
  const result = importConfig(text, 'archer-arithmetic.yaml', { rows: null })
  expect(result).toMatchObject({ dialect: 'quiver', keys: [], config: { name: 'archer-arithmetic' } })
})

test.each([
  ['nothing known', 'echo hello\nls -l \\\n', 'No command of this script'],
  ['no config', 'colour: red\nsize: 3\n', 'no config of verl, TRL or Quiver'],
  ['a list', '- a\n- b\n', 'and this is not one'],
  ['no YAML', 'a: [unclosed', 'not valid YAML'],
  ['Python without GRPO', '#!/usr/bin/env python\nprint(1)\n', 'makes no GRPOConfig'],
])('%s is refused in a sentence', (_, text, sentence) => {
  expect(() => importConfig(text, '', { rows: null })).toThrow(sentence)
})
