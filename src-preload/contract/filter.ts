/** One condition of a filter: `reward>0.6`, `method:archer`, `truncated`, or a word. */
export interface FilterTerm {
  /** Empty for a plain word. */
  readonly field: string
  readonly operator: ':' | '=' | '!=' | '<' | '<=' | '>' | '>='
  readonly value: string
  /** `-tag:x`: what matches is left out. */
  readonly negated: boolean
  /** Its quote is not closed yet: its last word may go on. */
  readonly open: boolean
}

const term = /(-)?(?:([a-z_]+)(!=|<=|>=|[:=<>]))?(?:"((?:[^"\\]|\\.)*)("|\\?$)|(\S+))/gi

/**
 * Reads a filter as people write it; words in quotes may hold spaces, and a quote that is still open lasts to the end. Never
 * fails: what is no condition is a word.
 */
export function parseFilter(text: string): FilterTerm[] {
  return [...text.matchAll(term)].map(([, minus, field = '', operator = ':', quoted, end = '"', word = '']) => ({
    field: field.toLowerCase(),
    operator: operator as FilterTerm['operator'],
    value: quoted?.replaceAll(/\\(.)/g, '$1') ?? word,
    negated: minus !== undefined,
    open: end !== '"',
  }))
}

/** What a table has under a name that people wrote; undefined where it has none. */
export const namedIn = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** Whether a number fits a term; `0.6`, `60%` and `1.5k` are numbers. False when the term holds none. */
export function numberFits(value: number | null, { operator, value: text }: FilterTerm): boolean {
  const wanted = numberOf(text)
  if (value === null || wanted === null) return false
  if (operator === '<') return value < wanted
  if (operator === '<=') return value <= wanted
  if (operator === '>') return value > wanted
  if (operator === '>=') return value >= wanted
  return operator === '!=' ? value !== wanted : value === wanted
}

/** The number a term's text stands for, or null. */
export function numberOf(text: string): number | null {
  const parts = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|k|m)?$/i.exec(text)
  if (!parts) return null
  const factors: Readonly<Record<string, number>> = { '%': 0.01, k: 1e3, m: 1e6 }
  return Number(parts[1]) * (factors[(parts[2] ?? '').toLowerCase()] ?? 1)
}

/** Whether a text fits a term: `:` looks inside, `=` and `!=` compare the whole, upper or lower case. */
export function textFits(value: string, { operator, value: wanted }: FilterTerm): boolean {
  const [own, other] = [value.toLowerCase(), wanted.toLowerCase()]
  if (operator === '=') return own === other
  return operator === '!=' ? own !== other : own.includes(other)
}
