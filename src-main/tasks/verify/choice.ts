import { extractAnswer } from './math/extract.ts'
import { readAnswer } from './math/read.ts'
import type { Value } from './math/value.ts'
import { accepted, rejected, type Verifier } from './verdict.ts'

/** Accepts a response whose final answer is the letter of the answer: `C`, `(C)`, `\text{C}`, `C. because`. */
export const choice: Verifier = ({ response, answer }) => {
  const expected = letterOf(readAnswer(answer))
  if (expected === null) return rejected(null, `the dataset's answer "${answer.slice(0, 40)}" is not a letter`)
  const { answers, problem } = extractAnswer(response)
  if (answers.length === 0) return rejected(null, problem ?? 'the response has no final answer')
  const extracted = answers.join(', ').slice(0, 80)
  const got = answers.length === 1 ? letterOf(readAnswer(answers[0]!)) : null
  if (got === null) return rejected(extracted, 'the final answer is not one letter')
  const parsed = `choice ${got}`
  return { ...(got === expected ? accepted(extracted) : rejected(extracted, 'another letter')), parsed }
}

function letterOf(value: Value): string | null {
  if (value.kind === 'choice') return value.letter.toUpperCase()
  return value.kind === 'expression' && /^[A-Za-z]$/.test(value.literal) ? value.literal.toUpperCase() : null
}
