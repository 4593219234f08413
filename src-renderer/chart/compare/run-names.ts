import type { RunSummary } from '../../../src-preload/contract/run.ts'

/** Names for legends: a name that several runs share gets the end of the run's id. */
export function distinctNames(runs: readonly Pick<RunSummary, 'id' | 'name'>[]): string[] {
  return runs.map(({ id, name }) => {
    const shared = runs.filter((run) => run.name === name).length > 1
    return shared ? `${name} ${id.split('-').at(-1)}` : name
  })
}
