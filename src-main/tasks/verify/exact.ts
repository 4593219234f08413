import { finalAnswer } from './final-answer.ts'
import { accepted, rejected, type Verifier } from './verdict.ts'

const squeezed = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** Accepts a response whose final answer is the answer's text, white space aside. */
export const exact: Verifier = ({ response, answer }) => {
  const extracted = finalAnswer(response)
  if (extracted === null) return rejected(null, 'the response has no final answer')
  return squeezed(extracted) === squeezed(answer)
    ? accepted(extracted)
    : rejected(extracted.slice(0, 80), "not the answer's text")
}
