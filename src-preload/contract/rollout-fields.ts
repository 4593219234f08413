import type { FilterVocabulary } from './filter-doubts.ts'

/** What a filter of responses may name: numbers, texts, and words that say what a response is. */
export const rolloutFields = {
  numbers: ['reward', 'advantage', 'tokens', 'entropy', 'step', 'group', 'accuracy'],
  texts: ['prompt', 'promptid', 'answer', 'found', 'reason', 'contains', 'text'],
  flags: ['correct', 'wrong', 'truncated', 'unparsed', 'filtered', 'traced', 'spread', 'nospread'],
} as const satisfies FilterVocabulary
