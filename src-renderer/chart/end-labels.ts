import type { ChartLine, ChartSize } from './line-chart.ts'

export const labelHeight = 13
/** A name may take so much of the chart's width, and never less than so many characters. */
const widthShare = 0.3
const fewestCharacters = 18
const characterPx = 6.4
const wideCharacterPx = 11.5
/** What names begin with alike is left out from so many characters on. */
const sharedFrom = 4

/** The names to write at the ends of the lines, by line: none for a single line, nor where they would not all find room. */
export function endLabels(lines: readonly ChartLine[], size: ChartSize): ReadonlyMap<ChartLine, string> {
  const named = lines.filter(({ edge }) => !edge)
  if (lines.length < 2 || named.length * labelHeight > size.height) return new Map()
  const texts = shortNames(
    named.map(({ label }) => label),
    Math.max(fewestCharacters, Math.floor((size.width * widthShare) / characterPx)),
  )
  return new Map(named.map((line, index) => [line, texts[index]!]))
}

/** The names in at most so many characters: where one is longer, all lose the words that they begin with alike. */
export function shortNames(names: readonly string[], longest: number): string[] {
  const isLong = (name: string): boolean => name.length > longest
  const shared = names.some(isLong) ? sharedWords(names) : 0
  return names
    .map((name) => (shared < sharedFrom ? name : `…${name.slice(shared)}`))
    .map((name) => (isLong(name) ? `${name.slice(0, longest - 1)}…` : name))
}

/** Length of the whole words that all names begin with; a no-break space is part of a word. */
function sharedWords(names: readonly string[]): number {
  const [first = '', ...others] = names
  if (others.length === 0) return 0
  let length = 0
  while (length < first.length && others.every((name) => name[length] === first[length])) length++
  return first.slice(0, length).search(/[^ \-_/.,]*$/)
}

/** About so many pixels: an average character's, or that of a wide one. Measuring would cost more than it tells. */
export const labelWidth = (label: string): number =>
  Array.from(label, (character) => (/[\u2e80-\uffef]/.test(character) ? wideCharacterPx : characterPx)).reduce(
    (sum, width) => sum + width,
    0,
  )
