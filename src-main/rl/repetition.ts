export interface Repetition {
  /** Share of word windows already seen earlier in the text, 0 to 1. */
  readonly ratio: number
  /** Occurrences of the most frequent window. */
  readonly maxFrequency: number
}

/**
 * Repetition of a response: windows of `windowWords` words, lower case, split at white space, as Archer's code counts
 * them. A text shorter than one window has none.
 */
export function repetition(text: string, windowWords = 20): Repetition {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const windows = words.length - windowWords + 1
  if (windows < 1) return { ratio: 0, maxFrequency: 0 }
  const counts = new Map<string, number>()
  for (let start = 0; start < windows; start++) {
    const window = words.slice(start, start + windowWords).join(' ')
    counts.set(window, (counts.get(window) ?? 0) + 1)
  }
  return { ratio: (windows - counts.size) / windows, maxFrequency: Math.max(...counts.values()) }
}
