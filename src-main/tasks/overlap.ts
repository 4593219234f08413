/**
 * Problems that two datasets share, as decontamination looks for them: the same text but for case, white space and punctuation, or a
 * passage of 13 words in common (the length of GPT-3's contamination study). A passage that stands in several training
 * problems is taken for a prompt's frame and does not count.
 */
const passageWords = 13
const frameProblems = 3

export interface Overlap {
  readonly alike: number
  readonly passage: number
}

/** Counts the held-out prompts that are alike one of the training prompts, and the others that share a passage with one. */
export function overlapOf(train: readonly string[], heldOut: readonly string[]): Overlap {
  const heldOutWords = heldOut.map(wordsOf)
  const wanted = new Map<string, number>()
  for (const words of heldOutWords) for (const passage of passagesOf(words)) wanted.set(passage, 0)
  const whole = new Set<string>()
  for (const words of train.map(wordsOf)) {
    whole.add(words.join(' '))
    for (const passage of passagesOf(words)) {
      const count = wanted.get(passage)
      if (count !== undefined) wanted.set(passage, count + 1)
    }
  }
  const isOwnPassage = (passage: string): boolean => {
    const count = wanted.get(passage)!
    return count > 0 && count < frameProblems
  }
  const others = heldOutWords.filter((words) => !whole.has(words.join(' ')))
  return {
    alike: heldOutWords.length - others.length,
    passage: others.filter((words) => [...passagesOf(words)].some(isOwnPassage)).length,
  }
}

/** Words and signs of a prompt, lower case. Signs of mathematics count as words, punctuation of sentences does not. */
const wordsOf = (prompt: string): string[] =>
  prompt.toLowerCase().match(/[\p{L}\p{N}]+|[^\p{L}\p{N}\s.,;:!?'"`“”’]/gu) ?? []

function passagesOf(words: readonly string[]): Set<string> {
  const passages = new Set<string>()
  for (let start = 0; start + passageWords <= words.length; start++)
    passages.add(words.slice(start, start + passageWords).join(' '))
  return passages
}
