import type { RunSummary } from '../../../src-preload/contract/run.ts'

type NamedRun = Pick<RunSummary, 'id' | 'name'>

/** Names for legends: a name that several runs share gets the end of the run's id. */
export function distinctNames(runs: readonly NamedRun[]): string[] {
  const endings = idEndings(runs)
  return runs.map(({ id, name }) => (endings.has(id) ? `${name} ${endings.get(id)}` : name))
}

/** The end of the id of each run whose name others have too. */
export function idEndings(runs: readonly NamedRun[]): ReadonlyMap<string, string> {
  const shared = [...Map.groupBy(runs, ({ name }) => name).values()].filter((group) => group.length > 1).flat()
  return new Map(shared.map(({ id }) => [id, id.split('-').at(-1)!]))
}
