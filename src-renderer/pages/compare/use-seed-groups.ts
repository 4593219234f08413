import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { groupBySeed } from '../../chart/compare/seed-groups.ts'
import { useServices } from '../../lib/context.tsx'
import { useAddressState } from '../../lib/hash-location.ts'

/** Whether the runs of several seeds are one line or each its own; the address keeps it. */
export const useSeedChoice = () => useAddressState('seeds', 'grouped')

/** The runs that differ in their seed alone, together; each by itself until the configs are known. */
export function useSeedGroups(ids: readonly string[], names: readonly string[]) {
  const { client } = useServices()
  const configs = useQueries({
    queries: ids.map((id) => ({ queryKey: ['runs.get', { id }], queryFn: () => client.call('runs.get', { id }) })),
    // A text, so that progress of a run makes no new groups.
    combine: (details) =>
      details.every(({ data }) => data) ? JSON.stringify(details.map(({ data }) => data!.config)) : '',
  })
  return useMemo(() => {
    if (configs === '') return ids.map((id, index) => ({ name: names[index]!, ids: [id], place: index }))
    const known = JSON.parse(configs) as unknown[]
    const runs = ids.map((id, index) => ({ id, name: names[index]!, config: known[index] }))
    return groupBySeed(runs).map((group) => ({
      name: group.name,
      ids: group.runs.map((run) => run.id),
      place: ids.indexOf(group.runs[0]!.id),
    }))
  }, [configs, ids, names])
}

/** The place among the lines of the charts that each run has: runs of a seed group share that of their first. */
export function useLinePlaces(ids: readonly string[]): readonly number[] {
  const [seeds] = useSeedChoice()
  const groups = useSeedGroups(ids, ids)
  return ids.map((id, index) =>
    seeds === 'grouped' ? (groups.find((group) => group.ids.includes(id))?.place ?? index) : index,
  )
}
