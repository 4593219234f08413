import { closestName } from './closest-name.ts'
import { type FilterTerm, numberOf, parseFilter } from './filter.ts'

/** The names that a filter knows. */
export interface FilterVocabulary {
  readonly numbers: readonly string[]
  readonly texts: readonly string[]
  /** What stands after `is:`. */
  readonly flags: readonly string[]
}

/** A part of a filter that likely does not do what was meant. */
export interface FilterDoubt {
  readonly kind: 'no-field' | 'no-number' | 'no-flag'
  /** The part as it was read. */
  readonly part: string
  /** The name, or the value, that is not known. */
  readonly name: string
  /** The filter with the name replaced by the known one next to it; null when none is near. */
  readonly meant: string | null
}

/** What of a filter is likely mistyped: fields that do not exist, numbers that are none, flags that do not exist. */
export function filterDoubts(filter: string, vocabulary: FilterVocabulary): FilterDoubt[] {
  return parseFilter(filter).flatMap((term) => doubtOf(term, filter, vocabulary) ?? [])
}

function doubtOf(
  { field, operator, value }: FilterTerm,
  filter: string,
  { numbers, texts, flags }: FilterVocabulary,
): FilterDoubt | null {
  const part = `${field}${operator}${value}`
  if (field === '' || texts.includes(field)) return null
  if (field === 'is') {
    const closest = closestName(value, flags)
    const meant = closest === null ? null : filter.replace(value, closest)
    return flags.includes(value.toLowerCase()) ? null : { kind: 'no-flag', part, name: value, meant }
  }
  if (numbers.includes(field))
    return numberOf(value) === null ? { kind: 'no-number', part, name: value, meant: null } : null
  const closest = closestName(field, [...numbers, ...texts, 'is'])
  const meant = closest === null ? null : filter.replace(new RegExp(`\\b${field}\\b`, 'i'), closest)
  return { kind: 'no-field', part, name: field, meant }
}
