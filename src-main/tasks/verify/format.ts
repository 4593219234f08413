import type { VerifierOptions } from '../../../src-preload/contract/verifier.ts'
import { findBoxes, gradedText } from './math/extract.ts'
import { accepted, rejected, type Verifier } from './verdict.ts'

type Format = VerifierOptions<'format'>['format']

/** What is wrong with a response in each format; null when nothing is. */
const problems: Readonly<Record<Format, (response: string) => string | null>> = {
  boxed: boxedProblem,
  think: thinkProblem,
  think_boxed: (response) => thinkProblem(response) ?? boxedProblem(gradedText(response)),
  think_answer: (response) => thinkProblem(response) ?? answerProblem(gradedText(response)),
}

/** A reward for the form of a response, whatever it answers. */
export const format =
  ({ format: wanted }: VerifierOptions<'format'>): Verifier =>
  ({ response }) => {
    const problem = problems[wanted](response)
    return problem === null ? { ...accepted(''), extracted: null, reason: 'in the format' } : rejected(null, problem)
  }

function boxedProblem(text: string): string | null {
  const boxes = findBoxes(text)
  if (boxes.length === 0) return 'the answer is not in a box'
  const content = boxes.at(-1)!.content
  if (content === null) return 'the last box is not closed'
  return content.trim() === '' ? 'the last box is empty' : null
}

const count = (text: string, tag: string): number => text.split(tag).length - 1

/** One `<think>…</think>` at the start, with text in it and behind it. The chat template may have written the opening tag. */
function thinkProblem(response: string): string | null {
  const opened = count(response, '<think>')
  if (count(response, '</think>') !== 1 || opened > 1) return 'expected one <think>…</think>'
  const [thought = '', rest = ''] = response.split('</think>')
  if (opened === 1 && !thought.trimStart().startsWith('<think>')) return 'the reasoning is not at the start'
  if (thought.replace('<think>', '').trim() === '') return 'the reasoning is empty'
  return rest.trim() === '' ? 'nothing follows the reasoning' : null
}

function answerProblem(text: string): string | null {
  const match = /^\s*<answer>([\s\S]*)<\/answer>\s*$/.exec(text)
  if (!match || count(text, '<answer>') !== 1) return 'expected one <answer>…</answer> behind the reasoning'
  return match[1]!.trim() === '' ? 'the answer is empty' : null
}
