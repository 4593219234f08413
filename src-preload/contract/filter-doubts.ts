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
  readonly kind: 'no-field' | 'no-number' | 'no-flag' | 'no-value'
  /** The part as it was read. */
  readonly part: string
  /** The name, or the value, that is not known. */
  readonly name: string
  /** The known name next to it; null when none is near. */
  readonly closest: string | null
}

/** What of a filter is likely mistyped: fields that do not exist, numbers that are none, flags that do not exist. */
export function filterDoubts(filter: string, vocabulary: FilterVocabulary): FilterDoubt[] {
  return parseFilter(filter).flatMap((term) => doubtOf(term, vocabulary) ?? [])
}

/** The filter with each name that is not known replaced by the one next to it; null when none is near any. */
export function meantFilter(filter: string, doubts: readonly FilterDoubt[]): string | null {
  const mendable = doubts.filter(({ closest }) => closest !== null)
  if (mendable.length === 0) return null
  return mendable.reduce((text, { part, name, closest }) => {
    const place = text.toLowerCase().indexOf(part.toLowerCase())
    const at = text.toLowerCase().indexOf(name.toLowerCase(), Math.max(0, place))
    return at < 0 ? text : text.slice(0, at) + closest + text.slice(at + name.length)
  }, filter)
}

function doubtOf({ field, operator, value }: FilterTerm, vocabulary: FilterVocabulary): FilterDoubt | null {
  const { numbers, texts, flags } = vocabulary
  const part = `${field}${operator}${value}`
  if (field === '') {
    // A condition whose value is still to come, or is missing, reads as a word.
    const [, known] = /^([a-z_]+)(?:!=|<=|>=|[:=<>])$/i.exec(value) ?? []
    return known !== undefined && [...numbers, ...texts, 'is'].includes(known.toLowerCase())
      ? { kind: 'no-value', part: value, name: known, closest: null }
      : null
  }
  if (texts.includes(field)) return null
  if (field === 'is')
    return flags.includes(value.toLowerCase())
      ? null
      : { kind: 'no-flag', part, name: value, closest: closestName(value, flags) }
  if (numbers.includes(field))
    return numberOf(value) === null ? { kind: 'no-number', part, name: value, closest: null } : null
  return { kind: 'no-field', part, name: field, closest: closestName(field, [...numbers, ...texts, 'is']) }
}
