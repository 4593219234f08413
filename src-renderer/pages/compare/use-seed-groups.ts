import { useMemo } from 'react'
import type { CurveGroup } from '../../chart/compare/curve-sources.ts'
import { groupBySeed } from '../../chart/compare/seed-groups.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import type { ComparedDetails } from './use-details.ts'

/** Whether the runs of several seeds are one line or each its own; the address keeps it. */
export const useSeedChoice = () => useAddressState('seeds', 'grouped')

/** The runs that differ in their seed alone, together; each by itself until the configs are known. */
export function useSeedGroups(
  ids: readonly string[],
  names: readonly string[],
  configs: ComparedDetails['configs'],
): readonly Required<CurveGroup>[] {
  return useMemo(() => {
    if (!configs) return ids.map((id, index) => ({ name: names[index]!, ids: [id], place: index }))
    const runs = ids.map((id, index) => ({ id, name: names[index]!, config: configs[index] }))
    const places = new Map(ids.map((id, index) => [id, index]))
    return groupBySeed(runs).map((group) => ({
      name: group.name,
      ids: group.runs.map((run) => run.id),
      place: places.get(group.runs[0]!.id)!,
    }))
  }, [configs, ids, names])
}

/** The place among the lines of the charts that each run has: runs of a seed group share that of their first. */
export function useLinePlaces(
  ids: readonly string[],
  groups: readonly Required<CurveGroup>[],
): ReadonlyMap<string, number> {
  const [seeds] = useSeedChoice()
  return useMemo(
    () =>
      new Map(
        seeds === 'grouped'
          ? groups.flatMap((group) => group.ids.map((id) => [id, group.place] as const))
          : ids.map((id, index) => [id, index] as const),
      ),
    [ids, groups, seeds],
  )
}
