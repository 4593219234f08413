import { expect, test } from 'vitest'
import { assignAdvantages, groupAdvantages } from '../../src-main/rl/advantage.ts'
import { expectClose } from './batches.ts'

const options = { scale_rewards: 'group', singleton_group: 'drop' } as const
const oneGroup = (rewards: readonly number[]) => rewards.map(() => 0)
const of = (rewards: readonly number[], extra = {}) =>
  groupAdvantages(rewards, oneGroup(rewards), { ...options, ...extra })

test('reference vectors: unbiased deviation, eps 1e-6', () => {
  expectClose(of([1, 0, 0, 1]), [0.866023904, -0.866023904, -0.866023904, 0.866023904], 1e-9)
  expectClose(of([1, 0, 0, 0, 0, 0, 0, 0]), [2.474866734, ...new Array(7).fill(-0.353552391)], 1e-9)
  const quarter = of([...new Array(4).fill(1), ...new Array(12).fill(0)])
  expectClose([quarter[0]!, quarter[15]!], [1.677047233, -0.559015744], 1e-9)
  expectClose(of([1, 1, 1, 1]), [0, 0, 0, 0])
})

test('TRL eps and Dr. GRPO without scaling', () => {
  expectClose(of([1, 0, 0, 1], { eps: 1e-4 })[0]!, 0.865875, 1e-6)
  expectClose(of([1, 0, 0, 0, 0, 0, 0, 0], { scale_rewards: 'none' }).slice(0, 2), [0.875, -0.125])
})

test('a lone response: no signal by default, its reward when kept', () => {
  expectClose(of([1]), [0])
  expectClose(of([1], { singleton_group: 'keep' }), [0.999999], 1e-9)
  expectClose(of([0], { singleton_group: 'keep' }), [0])
  expectClose(of([0.7], { singleton_group: 'keep', scale_rewards: 'none' }), [0.7])
})

test('batch scaling divides every group by the deviation of all rewards', () => {
  const rewards = [1, 0, 3, 3]
  const deviation = Math.sqrt(rewards.reduce((sum, reward) => sum + (reward - 1.75) ** 2, 0) / 3)
  const advantages = groupAdvantages(rewards, ['a', 'a', 'b', 'b'], { ...options, scale_rewards: 'batch' })
  expectClose(
    advantages,
    [0.5, -0.5, 0, 0].map((centred) => centred / (deviation + 1e-6)),
  )
})

test('groups need not be contiguous; excluded rows do not count', () => {
  expectClose(groupAdvantages([1, 5, 0, 5], ['a', 'b', 'a', 'b'], options), [0.707105781, 0, -0.707105781, 0], 1e-9)
  const excluded = Uint8Array.of(0, 0, 1)
  expectClose(of([1, 0, 100], { excluded }), [0.707105781, -0.707105781, 0], 1e-9)
})

test('assignAdvantages writes onto rollouts and leaves filtered groups at 0', () => {
  const rollout = (reward: number) => ({ reward, advantage: 9 })
  const groups = [
    { filtered: false, rollouts: [rollout(1), rollout(0)] },
    { filtered: true, rollouts: [rollout(1), rollout(0.5)] },
  ]
  assignAdvantages(groups, { ...options, scale_rewards: 'batch' })
  const advantages = groups.flatMap((group) => group.rollouts.map(({ advantage }) => advantage))
  expectClose(advantages, [0.707105781, -0.707105781, 0, 0], 1e-9)
  expect(advantages[2]).toBe(0)
})

test('truncated responses are dropped before the advantages when asked, and count otherwise', () => {
  const rollout = (reward: number, finishReason = 'stop') => ({ reward, finishReason, advantage: 9 })
  const advantages = (extra: object) => {
    const groups = [
      [rollout(1), rollout(0), rollout(0, 'length')],
      [rollout(1), rollout(0, 'length')],
      [rollout(1, 'length'), rollout(0, 'length')],
    ].map((rollouts) => ({ filtered: false, rollouts }))
    assignAdvantages(groups, { ...options, scale_rewards: 'none', ...extra })
    return groups.flatMap(({ rollouts }) => rollouts.map(({ advantage }) => advantage))
  }
  expectClose(advantages({}), [2 / 3, -1 / 3, -1 / 3, 0.5, -0.5, 0.5, -0.5])
  const drop = { drop_truncated_completions: true }
  expectClose(advantages(drop), [0.5, -0.5, 0, 0, 0, 0, 0])
  expectClose(advantages({ ...drop, singleton_group: 'keep' }), [0.5, -0.5, 0, 1, 0, 0, 0])
})
