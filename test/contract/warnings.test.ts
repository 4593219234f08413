import { describe, expect, test } from 'vitest'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import { configWarnings, updatesPerRollout } from '../../src-preload/contract/warnings.ts'

const warnings = (config: RunConfigInput) => configWarnings(runConfigSchema.parse(config))
const onePass = { num_iterations: 1, mini_batch_prompts: 16 } as const

test('updates per rollout batch are passes times mini-batches', () => {
  const updates = (update: object, prompts: number) =>
    updatesPerRollout(runConfigSchema.parse({ update, rollout: { prompts_per_step: prompts } }))
  expect(updates(onePass, 16)).toBe(1)
  expect(updates({ num_iterations: 3, mini_batch_prompts: 32 }, 64)).toBe(6)
  expect(updates({ num_iterations: 1, mini_batch_prompts: 8 }, 12)).toBe(2)
})

test('the defaults have no warning', () => {
  expect(warnings({})).toEqual([])
})

const equalClasses = {
  name: 'archer',
  high_entropy_clip_ratio_low: 0.2,
  high_entropy_clip_ratio_high: 0.2,
  low_entropy_kl_loss_scale_coef: 0,
} as const

const table: [what: string, config: RunConfigInput, path: string, says: string][] = [
  [
    'clipping on policy',
    { method: { name: 'flexec' }, update: onePass },
    'update.num_iterations',
    'clip of flexec never acts',
  ],
  [
    '80/20 on policy',
    { method: { name: 'entropy_mask' }, update: onePass },
    'update.num_iterations',
    'clip of entropy_mask never acts',
  ],
  [
    'a drift penalty on policy',
    { method: { name: 'kl_cov' }, update: onePass },
    'update.num_iterations',
    'no gradient',
  ],
  ['OPEFO off policy', { method: { name: 'opefo' } }, 'update.num_iterations', 'this config makes 4'],
  ['moments to leave a card that is none', { optimizer: { offload: true } }, 'optimizer.offload', 'On cpu the moments'],
  ['uneven mini-batches', { update: { mini_batch_prompts: 7 } }, 'update.mini_batch_prompts', 'do not divide'],
  [
    'overlong punishment under a group filter',
    { reward: { overlong_buffer_length: 8, overlong_penalty_factor: 0.5 }, rollout: { group_filter: 'drop' } },
    'reward.overlong_buffer_length',
    'dropped by accuracy',
  ],
  [
    'a full overlong punishment',
    { reward: { overlong_buffer_length: 8 } },
    'reward.overlong_penalty_factor',
    'factor of 1',
  ],
  [
    'Dr. GRPO with scaled rewards',
    { method: { name: 'dr_grpo' }, reward: { scale_rewards: 'group' } },
    'reward.scale_rewards',
    'does not divide',
  ],
  ['DAPO without dynamic sampling', { method: { name: 'dapo' } }, 'rollout.group_filter', 'DAPO samples until'],
  ['a cut distribution', { rollout: { top_k: 20 } }, 'rollout.top_p', 'part of the distribution'],
  ['k1 as a loss', { method: { name: 'grpo', beta: 0.1, kl_estimator: 'k1' } }, 'method.kl_estimator', 'adds noise'],
  ['equal classes', { method: equalClasses }, 'method.token_entropy_quantile', 'this is GRPO'],
  [
    'an empty class',
    { method: { name: 'archer', token_entropy_quantile: 1 } },
    'method.token_entropy_quantile',
    'no tokens',
  ],
  [
    'a rollout threshold on current entropy',
    { method: { name: 'archer', form: 'repository', entropy_scope: 'rollout' } },
    'method.entropy_source',
    'policy in training',
  ],
  [
    'a threshold for each micro-batch',
    { method: { name: 'entropy_mask', entropy_scope: 'micro-batch' } },
    'method.entropy_scope',
    'micro_batch_tokens (16384)',
  ],
  [
    'a flow whose sign says nothing',
    { method: { name: 'opefo', form: 'full-vocabulary' } },
    'method.form',
    'always the advantage',
  ],
  ['SENT without its curriculum', { method: { name: 'sent' } }, 'curriculum.order', 'semantic_entropy'],
  ['a percentage for a share', { method: { name: 'kl_cov', kl_cov_ratio: 0.2 } }, 'method.kl_cov_ratio', 'a fraction'],
  ['no covariance in range', { method: { name: 'clip_cov', clip_cov_lb: 5 } }, 'method.clip_cov_lb', 'ever picked'],
  ['GSPO with token-sized widths', { method: { name: 'gspo', epsilon: 0.2 } }, 'method.epsilon', 'hardly ever clip'],
  ['CE-GPPO without betas', { method: { name: 'ce_gppo', beta1: 0, beta2: 0 } }, 'method.beta1', 'plain clip'],
  ['FlexEC with rising lines', { method: { name: 'flexec', upper_slope: 0.1 } }, 'method.upper_slope', 'negative'],
  [
    'a bonus of nothing',
    { method: { name: 'entropy_bonus', entropy_coef: 0 } },
    'method.entropy_coef',
    'changes nothing',
  ],
  [
    'an adaptive weight without room',
    { method: { name: 'entropy_bonus', use_adaptive_entropy: true, entropy_coef_min: 0.01 } },
    'method.entropy_coef_min',
    'cannot move',
  ],
  [
    'a threshold that is not given',
    { method: { name: 'entropy_mask', entropy_statistic: 'threshold' } },
    'method.entropy_threshold',
    'none is given',
  ],
]

describe('what is allowed but cannot do what it says', () => {
  test.each(table)('%s', (_, config, path, says) => {
    const found = warnings(config).filter((warning) => warning.path === path)
    expect(found.map(({ message }) => message).join(' ')).toContain(says)
    expect(found[0]!.message).toMatch(/\.$/)
  })
})
