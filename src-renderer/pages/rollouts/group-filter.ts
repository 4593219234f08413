import type { GroupSummary } from '../../../src-preload/contract/run.ts'
import { msg } from '../../lib/i18n/translate.ts'

export const groupFilters = [
  { id: 'all', label: msg('All') },
  { id: 'spread', label: msg('With spread') },
  { id: 'no-spread', label: msg('Without spread') },
  { id: 'truncated', label: msg('With truncated') },
] as const
export type GroupFilter = (typeof groupFilters)[number]['id']

/** Whether all rewards of a group are equal: no advantage, no gradient. */
export function hasNoSpread(group: GroupSummary): boolean {
  const first = group.rollouts[0]?.reward
  return group.rollouts.every((rollout) => rollout.reward === first)
}

export function filterGroups(groups: readonly GroupSummary[], filter: GroupFilter): readonly GroupSummary[] {
  if (filter === 'all') return groups
  if (filter === 'truncated')
    return groups.filter((group) => group.rollouts.some((rollout) => rollout.finishReason === 'length'))
  return groups.filter((group) => hasNoSpread(group) === (filter === 'no-spread'))
}

/** The step in numbers: means are over responses. */
export function stepSummary(groups: readonly GroupSummary[]) {
  const rollouts = groups.flatMap((group) => group.rollouts)
  const count = Math.max(1, rollouts.length)
  return {
    groups: groups.length,
    responses: rollouts.length,
    accuracy: rollouts.filter((rollout) => rollout.correct).length / count,
    meanReward: rollouts.reduce((sum, rollout) => sum + rollout.reward, 0) / count,
    withoutSpread: groups.filter(hasNoSpread).length,
  }
}
