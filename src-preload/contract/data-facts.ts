/** What a run's data hold, and what in them would spoil it. */
import type { Sentence } from './sentence.ts'

/** Counts of the training data, against the model's tokenizer and the limit of prompts. */
export interface FileFacts {
  readonly problems: number
  readonly duplicates: number
  readonly withoutAnswer: number
  /** Prompts whose tokens were counted, the first of the file. */
  readonly counted: number
  /** Those of the counted that are over `max_prompt_length`, and would be left out. */
  readonly tooLong: number
  /** Tokens of the counted prompts as the model is given them: mean and most. */
  readonly meanTokens: number
  readonly mostTokens: number
}

export interface DataFacts {
  readonly train: FileFacts
  readonly heldOut: { readonly problems: number } | null
  /** Held-out problems that stand in the training data too: alike but for case and punctuation, or with a long passage in common. */
  readonly overlap: { readonly alike: number; readonly passage: number }
  /** A form that most prompts ask for and in which the verifier refuses the problem's own answer; null where there is none. */
  readonly refusedForm: string | null
}

/** Every sentence on data. */
export const dataTexts = {
  problem: '1 problem; its prompt has {most} tokens.',
  problems: '{problems} problems; prompts of {mean} tokens on average, {most} at most.',
  heldOut: '{problems} held out.',
  duplicates: '{count} repeated prompts are left out.',
  withoutAnswer: '{count} rows without an answer are left out.',
  tooLong: 'Of the first {counted} prompts {count} are over data.max_prompt_length and are left out.',
  overlap:
    '{count} of {all} held-out problems stand in the training data too, {alike} of them whole: the evaluation would measure memory.',
  refusedForm:
    'Most prompts ask for the form {form}, in which the verifier refuses the problem’s own answer: nothing could be rewarded. Choose a verifier that reads it.',
} as const

/** Whether nothing in the data would spoil the run. */
export const dataFit = ({ overlap, refusedForm }: DataFacts): boolean =>
  overlap.alike + overlap.passage === 0 && refusedForm === null

/** What the data hold, and what is wrong with them. */
export function dataSentences({ train, heldOut, overlap, refusedForm }: DataFacts): Sentence[] {
  const { problems, duplicates, withoutAnswer, counted, tooLong, meanTokens, mostTokens } = train
  const shared = overlap.alike + overlap.passage
  const sentences: readonly (readonly [applies: boolean, Sentence])[] = [
    [problems === 1, { text: dataTexts.problem, values: { most: mostTokens } }],
    [
      problems !== 1,
      { text: dataTexts.problems, values: { problems: problems, mean: Math.round(meanTokens), most: mostTokens } },
    ],
    [heldOut !== null, { text: dataTexts.heldOut, values: { problems: heldOut?.problems ?? 0 } }],
    [duplicates > 0, { text: dataTexts.duplicates, values: { count: duplicates } }],
    [withoutAnswer > 0, { text: dataTexts.withoutAnswer, values: { count: withoutAnswer } }],
    [tooLong > 0, { text: dataTexts.tooLong, values: { counted, count: tooLong } }],
    [
      shared > 0,
      { text: dataTexts.overlap, values: { count: shared, all: heldOut?.problems ?? 0, alike: overlap.alike } },
    ],
    [refusedForm !== null, { text: dataTexts.refusedForm, values: { form: refusedForm ?? '' } }],
  ]
  return sentences.filter(([applies]) => applies).map(([, sentence]) => sentence)
}
