import { flattenConfig } from '../../lib/config-diff.ts'
import { t } from '../../lib/i18n/translate.ts'

/** Runs that differ in their seed alone. */
export interface SeedGroup<Run> {
  readonly runs: readonly Run[]
  /** What the names of its runs have in common, with the number of seeds where there are several. */
  readonly name: string
}

/** Keys of a config in which runs of one group may differ: the seed, and what people call the run. */
const freeKeys = new Set(['seed', 'name', 'tags'])

/** The same text for configs that are the same but for the seed, name and tags. */
const seedlessText = (config: unknown): string =>
  JSON.stringify(
    [...flattenConfig(config)].filter(([path]) => !freeKeys.has(path)).sort(([a], [b]) => (a < b ? -1 : 1)),
  )

/** Puts runs whose configs are the same but for the seed together, in the order of each group's first run. */
export function groupBySeed<Run extends { readonly name: string; readonly config: unknown }>(
  runs: readonly Run[],
): SeedGroup<Run>[] {
  const groups = [...Map.groupBy(runs, ({ config }) => seedlessText(config)).values()]
  const names = groups.map(commonName)
  return groups.map((members, index) => {
    const isShared = names.filter((name) => name === names[index]).length > 1
    const name = isShared ? toldApart(names[index]!, members[0]!.name) : names[index]!
    const count = members.length
    return { runs: members, name: count === 1 ? name : t('{name}, {count} seeds', { name, count }) }
  })
}

/** A name that other groups have too, with the last word of its first run's. */
const toldApart = (name: string, first: string): string =>
  name === first ? name : `${name} ${first.split(' ').at(-1)}`

/** The words that all names begin with; the first name where there are none. */
function commonName([first, ...others]: readonly { readonly name: string }[]): string {
  const words = first!.name.split(' ')
  const differs = words.findIndex((word, index) => others.some(({ name }) => name.split(' ')[index] !== word))
  return differs > 0 ? words.slice(0, differs).join(' ') : first!.name
}
