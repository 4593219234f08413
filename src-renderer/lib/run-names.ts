import type { RunSummary } from '../../src-preload/contract/run.ts'
import { formatNumber } from './format.ts'
import { t } from './i18n/translate.ts'

export type NamedRun = Pick<RunSummary, 'id' | 'name' | 'seed' | 'learningRate'>

/** Names for lists and legends: a name that several runs share is followed by what tells them apart. */
export function distinctNames(runs: readonly NamedRun[]): string[] {
  const endings = nameEndings(runs)
  return runs.map(({ id, name }) => (endings.has(id) ? `${name} ${endings.get(id)}` : name))
}

/** What tells each run whose name others have too apart from them: learning rate and seed where they differ, else the end of its id. */
export function nameEndings(runs: readonly NamedRun[]): ReadonlyMap<string, string> {
  const shared = Map.groupBy(runs, ({ name }) => name).values()
  return new Map([...shared].filter((group) => group.length > 1).flatMap(endingsIn))
}

function endingsIn(group: readonly NamedRun[]): (readonly [id: string, ending: string])[] {
  const texts = group.map(({ seed, learningRate }) => [
    t('lr {rate}', { rate: formatNumber(learningRate) }),
    t('seed {seed}', { seed: String(seed) }),
  ])
  const differing = [0, 1].filter((trait) => new Set(texts.map((parts) => parts[trait])).size > 1)
  // One word each: a name may be cut between words, and runs are grouped by the words that their names share.
  const endings = texts.map((parts) => differing.map((trait) => parts[trait]!.replaceAll(' ', '\u00a0')).join(' '))
  const idEnd = ({ id }: NamedRun): string => id.split('-').at(-1)!
  return group.map((run, index) => {
    const ending = endings[index]!
    const isOwn = endings.filter((other) => other === ending).length === 1
    return [run.id, isOwn ? ending : `${ending} ${idEnd(run)}`.trim()]
  })
}
