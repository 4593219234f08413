import { expect, test } from 'vitest'
import { tokenCovariances } from '../../../src-main/rl/covariance.ts'
import { clipCovCandidates } from '../../../src-main/rl/methods/clip-cov.ts'
import { bindMethod } from '../../../src-main/rl/methods/map.ts'
import type { MethodConfig } from '../../../src-preload/contract/method.ts'
import { expectClose, logs, optionsOf, planAndApply, toBatch, totalsOf } from '../batches.ts'

// Two responses of one group, rewards 1 and 0; the reference is the old policy.
const advantage = 0.707105781
const old = [logs([0.9, 0.8, 0.7, 0.6, 0.5]), logs([0.95, 0.4, 0.7])] as const
const rows = [
  {
    advantage,
    old: old[0],
    reference: old[0],
    policy: logs([0.95, 0.99, 0.6, 0.8, 0.7]),
    entropies: [0.1, 0.2, 0.3, 0.4, 0.5],
  },
  {
    advantage: -advantage,
    old: old[1],
    reference: old[1],
    policy: logs([0.93, 0.15, 0.9]),
    entropies: [0.05, 0.9, 0.3],
  },
]
const [batch, totals] = [toBatch(rows), totalsOf(rows)]
const apply = (config: MethodConfig) => planAndApply(bindMethod(config), batch, totals)
const withoutKl = { low_entropy_kl_loss_scale_coef: 0 }
const onlyKl = { low_entropy_kl_loss_scale_coef: 1 }

test('Archer as printed', () => {
  const outcome = apply(optionsOf('archer'))
  const policyLoss = apply(optionsOf('archer', withoutKl)).loss
  const klTerm = apply(optionsOf('archer', onlyKl)).loss - policyLoss
  expectClose([policyLoss, klTerm, outcome.loss], [-0.260571729, 0.012765989, -0.260558963], 1e-9)
  expect([...outcome.classes]).toEqual([1, 1, 1, 1, 2, 1, 2, 1])
})

test('Archer as the repository computes it', () => {
  const form = 'repository'
  const outcome = apply(optionsOf('archer', { form }))
  const policyLoss = apply(optionsOf('archer', { form, ...withoutKl })).loss
  const klTerm = apply(optionsOf('archer', { form, ...onlyKl })).loss - policyLoss
  expectClose([policyLoss, klTerm, outcome.loss], [-0.078130168, 0.016431012, -0.078113737], 1e-9)
})

test('DAPO', () => {
  expectClose(apply(optionsOf('dapo')).loss, -0.233834292, 1e-9)
})

test('80/20 with both denominators', () => {
  const selected = apply(optionsOf('entropy_mask'))
  expectClose(selected.loss, -0.169705387, 1e-9)
  expectClose(apply(optionsOf('entropy_mask', { denominator: 'all' })).loss, -0.042426346, 1e-9)
  expect([...selected.classes]).toEqual([1, 1, 1, 1, 2, 1, 2, 1])
  expectClose((selected.metrics.entropy_threshold as { sum: number }).sum, 2 * 0.46, 1e-9)
})

test('80/20 with a threshold for each micro-batch: each response picks its own fifth, over one denominator', () => {
  const cut = { ...batch, microBatches: Int32Array.of(0, 1) }
  const applyCut = (given: object) =>
    planAndApply(bindMethod(optionsOf('entropy_mask', { entropy_scope: 'micro-batch', ...given })), cut, totals)
  // 0.8 quantiles 0.42 and 0.66: the fifth token of response 0 (r 1.4, clipped at 1.28), the second of response 1 (r 0.375).
  const [first, second] = [-advantage * 1.28, advantage * 0.8]
  expectClose(applyCut({}).loss, (first + second) / 2, 1e-9)
  expectClose(applyCut({ denominator: 'all' }).loss, (first + second) / 8, 1e-9)
  expectClose((applyCut({}).metrics.entropy_threshold as { sum: number }).sum, 0.42 + 0.66, 1e-9)
  const whole = optionsOf('entropy_mask', { entropy_scope: 'micro-batch' })
  expect(bindMethod(whole).scope).toBe('miniBatch')
  expect(bindMethod({ ...whole, denominator: 'all' }).scope).toBe('microBatch')
})

test('covariances, KL-Cov and Clip-Cov', () => {
  const covariances = [0.186722, 0.208594, -0.056982, 0.095585, 0.024769, -0.292396, 1.32029, -0.263414]
  expectClose(tokenCovariances(batch), covariances)
  expectClose(apply(optionsOf('kl_cov')).loss, -0.164116255, 1e-9)
  expectClose(apply(optionsOf('kl_cov', { ppo_kl_coef: 0 })).loss, -0.286719912, 1e-9)
  expect([...clipCovCandidates(optionsOf('clip_cov', { epsilon: 10, epsilon_high: 10 }), batch)]).toEqual([
    0, 0, 0, 0, 0, 0, 1, 0,
  ])
})

test('GSPO clips both responses', () => {
  const outcome = apply(optionsOf('gspo'))
  expectClose(outcome.loss, -0.000247487, 1e-9)
  expect([...outcome.dLogprobs]).toEqual(new Array(8).fill(0))
  const { values } = outcome.metrics['ratio/p99'] as { values: Float64Array }
  expectClose([values[0]!, values[5]!], [1.158855422, 0.778595149], 1e-9)
})

test('CE-GPPO', () => {
  expectClose(apply(optionsOf('ce_gppo')).loss, -0.251732907, 1e-9)
})

test.each([
  [0.7, -1, 0.4],
  [1.3, 1, -1.2],
  [1.3, -1, 1.3],
  [0.7, 1, -0.7],
  [1.1, 1, -1.1],
])('CE-GPPO, token of ratio %d and advantage %d', (ratio, sign, slope) => {
  const token = [{ advantage: sign, old: [-1], policy: [-1 + Math.log(ratio)], entropies: [1] }]
  const { dLogprobs } = planAndApply(bindMethod(optionsOf('ce_gppo')), toBatch(token), totalsOf(token))
  expectClose(dLogprobs, [slope], 1e-9)
})

test('metrics of the batch', () => {
  const { metrics } = apply(optionsOf('archer'))
  expect(metrics.frac_reasoning).toEqual({ sum: 2, weight: 8 })
  // Fourth token of response 0 (A > 0, r 1.33), second of response 1 (A < 0, r 0.375, reasoning).
  expect(metrics['clip_ratio/high']).toEqual({ sum: 2, weight: 8 })
  expect(metrics['clip_ratio/low']).toEqual({ sum: 1, weight: 8 })
  expect(metrics.clip_ratio).toEqual({ sum: 3, weight: 8 })
  expect(metrics['clip_ratio/reasoning']).toEqual({ sum: 1, weight: 2 })
  expect(metrics['clip_ratio/knowledge']).toEqual({ sum: 2, weight: 6 })
  expect(metrics['clip_ratio/dual']).toEqual({ sum: 0, weight: 8 })
  expect(metrics['clip_ratio/reasoning_dual']).toEqual({ sum: 0, weight: 2 })
  // Two of the five tokens of response 0, one of the three of response 1.
  expect([metrics['clip_ratio/response_min'], metrics['clip_ratio/response_max']]).toEqual([
    { min: 1 / 3 },
    { max: 2 / 5 },
  ])
  expect(metrics['entropy/reasoning']).toEqual({ sum: 1.4, weight: 2 })
  expectClose((metrics['ratio/max'] as { max: number }).max, 1.4, 1e-9)
})
