import { configDifferences } from '../../lib/config-diff.ts'

/** Runs that differ in their seed alone. */
export interface SeedGroup<Run> {
  readonly runs: readonly Run[]
  /** Of the first run, with the number of seeds where there are several. */
  readonly name: string
}

/** Keys of a config in which runs of one group may differ: the seed, and what people call the run. */
const freeKeys = new Set(['seed', 'name', 'tags'])

/** Whether two configs are the same but for the seed, name and tags. */
const sameButSeed = (one: unknown, other: unknown): boolean =>
  configDifferences([one, other]).every(({ path }) => freeKeys.has(path))

/** Puts runs whose configs are the same but for the seed together, in the order of each group's first run. */
export function groupBySeed<Run extends { readonly name: string; readonly config: unknown }>(
  runs: readonly Run[],
): SeedGroup<Run>[] {
  const groups: Run[][] = []
  for (const run of runs) {
    const group = groups.find(([first]) => sameButSeed(first!.config, run.config))
    if (group) group.push(run)
    else groups.push([run])
  }
  return groups.map((members) => {
    const { name } = members[0]!
    return { runs: members, name: members.length === 1 ? name : `${name}, ${members.length} seeds` }
  })
}
