import { expect, test } from 'vitest'
import { archer } from '../../../src-main/rl/methods/archer.ts'
import { dapo } from '../../../src-main/rl/methods/dapo.ts'
import { expectClose, logs, optionsOf, toBatch, totalsOf } from '../batches.ts'

// methods.md 10.6: two responses of one group, rewards 1 and 0; the reference is the old policy.
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
const withoutKl = { low_entropy_kl_loss_scale_coef: 0 }
const onlyKl = { low_entropy_kl_loss_scale_coef: 1 }

test('Archer as printed', () => {
  const outcome = archer.apply(optionsOf('archer'), batch, totals)
  const policyLoss = archer.apply(optionsOf('archer', withoutKl), batch, totals).loss
  const klTerm = archer.apply(optionsOf('archer', onlyKl), batch, totals).loss - policyLoss
  expectClose([policyLoss, klTerm, outcome.loss], [-0.260571729, 0.012765989, -0.260558963], 1e-9)
  expect([...outcome.classes]).toEqual([1, 1, 1, 1, 2, 1, 2, 1])
})

test('Archer as the repository computes it', () => {
  const form = 'repository'
  const outcome = archer.apply(optionsOf('archer', { form }), batch, totals)
  const policyLoss = archer.apply(optionsOf('archer', { form, ...withoutKl }), batch, totals).loss
  const klTerm = archer.apply(optionsOf('archer', { form, ...onlyKl }), batch, totals).loss - policyLoss
  expectClose([policyLoss, klTerm, outcome.loss], [-0.078130168, 0.016431012, -0.078113737], 1e-9)
})

test('DAPO', () => {
  expectClose(dapo.apply(optionsOf('dapo'), batch, totals).loss, -0.233834292, 1e-9)
})

test('metrics of the batch', () => {
  const { metrics } = archer.apply(optionsOf('archer'), batch, totals)
  expect(metrics.frac_reasoning).toEqual({ sum: 2, weight: 8 })
  // Fourth token of response 0 (A > 0, r 1.33), second of response 1 (A < 0, r 0.375, reasoning).
  expect(metrics['clip_ratio/high']).toEqual({ sum: 2, weight: 8 })
  expect(metrics['clip_ratio/low']).toEqual({ sum: 1, weight: 8 })
  expect(metrics.clip_ratio).toEqual({ sum: 3, weight: 8 })
  expect(metrics['clip_ratio/reasoning']).toEqual({ sum: 1, weight: 2 })
  expect(metrics['clip_ratio/knowledge']).toEqual({ sum: 2, weight: 6 })
  expect(metrics['clip_ratio/dual']).toEqual({ sum: 0, weight: 8 })
  expect(metrics['entropy/reasoning']).toEqual({ sum: 1.4, weight: 2 })
  expectClose((metrics['ratio/max'] as { max: number }).max, 1.4, 1e-9)
})
