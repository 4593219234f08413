import { finalAnswer } from './final-answer.ts'
import { equalRational, parseRational } from './rational.ts'
import { accepted, rejected, type Verifier } from './verdict.ts'

/** Accepts a response whose final answer is the same number as the answer, exactly: 0.5, 1/2 and 50 % are equal. */
export const numeric: Verifier = ({ response, answer }) => {
  const expected = parseRational(answer)
  if (!expected) return rejected(null, `the dataset's answer "${answer.slice(0, 40)}" is not a number`)
  const extracted = finalAnswer(response)
  if (extracted === null) return rejected(null, 'the response has no final answer')
  const got = parseRational(extracted)
  if (!got) return rejected(extracted.slice(0, 80), 'the final answer is not a number')
  return equalRational(got, expected) ? accepted(extracted) : rejected(extracted, "not the answer's number")
}
