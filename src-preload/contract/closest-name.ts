import { distance } from 'fastest-levenshtein'

/** The known name that a mistyped one was most likely meant to be: at most a third of its letters apart. Null when none is near. */
export function closestName(typed: string, known: readonly string[]): string | null {
  const wanted = typed.toLowerCase()
  const near = known
    .map((name) => ({ name, apart: distance(wanted, name.toLowerCase()) }))
    .filter(({ name, apart }) => apart > 0 && apart <= Math.ceil(name.length / 3))
  return near.sort((a, b) => a.apart - b.apart)[0]?.name ?? null
}
