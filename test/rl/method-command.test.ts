import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runMethod } from '../../src-main/rl/method-command.ts'
import { expectClose } from './batches.ts'

const batch = {
  old_log_prob: [
    [-1, -2],
    [-1, null],
  ],
  log_prob: [
    [-0.5, -2],
    [-1, null],
  ],
  entropy: [
    [0.1, 0.9],
    [0.5, null],
  ],
  lengths: [2, 1],
  rewards: [1, 0],
}
const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/losses/loss_${name}.json`, import.meta.url), 'utf8'))

test('a batch gives loss, cotangents, classes, clips, advantages and metrics in its own shape', () => {
  const report = runMethod('dapo', batch)
  expectClose(report.advantages, [0.707105781, -0.707105781], 1e-9)
  expectClose(report.loss, (0.707105781 * (-1.28 - 1 + 1)) / 3, 1e-9)
  expectClose(report.d_log_prob.flat(), [0, -0.707105781 / 3, 0.707105781 / 3, 0], 1e-9)
  expect(report.d_entropy).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect(report.classes).toEqual([
    ['knowledge', 'reasoning'],
    ['reasoning', 'masked'],
  ])
  expect(report.clips).toEqual([
    ['high', ''],
    ['', ''],
  ])
  expectClose(report.metrics['clip_ratio/high']!, 1 / 3)
  expect(report.method.name).toBe('dapo')
})

test('options of the file, then overrides, replace the defaults', () => {
  const wide = { ...batch, options: { epsilon_high: 1 } }
  expect(runMethod('dapo', wide).clips[0]).toEqual(['', ''])
  expect(runMethod('dapo', wide, { epsilon_high: 0.1 }).clips[0]).toEqual(['high', ''])
  expectClose(runMethod('dapo', batch, { scale_rewards: 'none' }).advantages, [0.5, -0.5])
  const sum = runMethod('grpo', batch, { loss_agg_mode: 'seq-mean-token-sum' }).loss
  const normalised = { loss_agg_mode: 'seq-mean-token-sum-norm', max_completion_length: 10 }
  expectClose(runMethod('grpo', batch, normalised).loss, sum / 10, 1e-12)
})

test('the random choice of Clip-Cov follows from the seed alone', () => {
  const options = { clip_cov_ratio: 0.2, clip_cov_lb: -10, clip_cov_ub: 10 }
  const clips = (seed: number) => runMethod('clip_cov', fixture('groups'), { ...options, seed }).clips.flat()
  expect(clips(1)).toContain('covariance')
  expect(clips(1)).toEqual(clips(1))
  expect(new Set([1, 2, 3, 4].map((seed) => clips(seed).join())).size).toBeGreaterThan(1)
})

test('the full KL of a batch file', () => {
  const options = { beta: 0.1, kl_estimator: 'full' }
  expect(() => runMethod('dapo', batch, options)).toThrow('ref_kl in a batch file')
  const ref_kl = [
    [0.2, 0.4],
    [0.3, null],
  ]
  const report = runMethod('dapo', { ...batch, ref_kl }, options)
  expectClose(report.loss - runMethod('dapo', batch).loss, (0.1 * 0.9) / 3, 1e-9)
  expectClose(report.d_ref_kl.flat(), [0.1 / 3, 0.1 / 3, 0.1 / 3, 0], 1e-12)
})

test('the loss fixtures are batch files', () => {
  const repository = runMethod('archer', fixture('ragged'), { form: 'repository', singleton_group: 'keep' })
  expectClose(repository.loss, 0.0005130790551944597)
  expect(Object.keys(repository.metrics)).toContain('kl/knowledge')
})

test('advantages may be given; a mask may be given; classes come from rollout entropy, in the repository form from current', () => {
  const { lengths, rewards, ...rest } = batch
  const given = {
    ...rest,
    mask: [
      [1, 1],
      [true, false],
    ],
    advantages: [2, 0],
    rollout_entropy: [
      [0.9, 0.1],
      [0.5, 0],
    ],
  }
  const report = runMethod('archer', given, { low_entropy_kl_loss_scale_coef: 0 })
  expect(report.advantages).toEqual([2, 0])
  expect(report.classes[0]).toEqual(['reasoning', 'knowledge'])
  const repository = runMethod('archer', given, { form: 'repository', low_entropy_kl_loss_scale_coef: 0 })
  expect(repository.classes).toEqual([
    ['knowledge', 'reasoning'],
    ['knowledge', 'masked'],
  ])
})

test.each<[string, unknown, string]>([
  ['a missing field', { ...batch, log_prob: undefined }, 'log_prob: is missing'],
  ['an unknown field', { ...batch, log_probs: [] }, 'log_probs'],
  [
    'text for a number',
    {
      ...batch,
      log_prob: [
        ['x', -1],
        [-1, -1],
      ],
    },
    'log_prob[0][0]',
  ],
  ['a missing row', { ...batch, log_prob: [[-1, -2]] }, 'log_prob has 1 rows, expected 2'],
  ['a short row', { ...batch, entropy: [[0.1, 0.2], [0.5]] }, 'entropy, row 1 has 1 tokens, expected 2'],
  ['null in the loss', { ...batch, lengths: [2, 2] }, 'row 1, token 1 is null'],
  ['a length over the width', { ...batch, lengths: [2, 3] }, 'lengths, row 1 is 3'],
  [
    'mask and lengths',
    {
      ...batch,
      mask: [
        [1, 1],
        [1, 0],
      ],
    },
    'both mask and lengths',
  ],
  ['rewards and advantages', { ...batch, advantages: [1, 2] }, 'both rewards and advantages'],
  ['neither', { ...batch, rewards: undefined }, 'neither rewards nor advantages'],
  ['too many groups', { ...batch, groups: ['a', 'b', 'c'] }, 'groups has 3 rows, expected 2'],
  ['no rows', { ...batch, old_log_prob: [] }, 'old_log_prob: needs at least one row'],
  ['no object', 'text', 'The batch file'],
])('%s is told', (_, file, message) => {
  expect(() => runMethod('dapo', file)).toThrow(message)
})

test('an unknown method or option is told', () => {
  expect(() => runMethod('ppo', batch)).toThrow('There is no method "ppo". Choose one of archer, grpo, dapo, dr_grpo, ')
  expect(() => runMethod('dapo', batch, { epsilon_hi: 1 })).toThrow('epsilon_hi')
  expect(() => runMethod('archer', batch)).toThrow('ref_log_prob')
})
