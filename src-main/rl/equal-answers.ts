import type { VerifierConfig } from '../../src-preload/contract/verifier.ts'
import type { Verdict, VerifyItem } from '../tasks/verify/verdict.ts'
import type { AnsweredResponse } from './semantic-entropy.ts'

/** Whether the verifier holds answers equal that are written differently, beyond equal numbers and white space. */
export function readsAnswers(verifier: VerifierConfig): boolean {
  return verifier.kind === 'weighted' ? verifier.parts[0]?.verifier.kind === 'math' : verifier.kind === 'math'
}

/**
 * Gives wrong answers of a prompt that the verifier holds equal the spelling of the first of them, prompt by prompt: one
 * answer is put to the verifier as a response, the other as the answer it is checked against.
 */
export async function unifyEqualAnswers(
  prompts: readonly (readonly AnsweredResponse[])[],
  verify: (items: readonly VerifyItem[]) => Promise<Verdict[]>,
): Promise<AnsweredResponse[][]> {
  const pairs = prompts.flatMap((responses, prompt) => {
    const answers = wrongAnswers(responses)
    return answers.flatMap((later, index) => answers.slice(0, index).map((earlier) => ({ prompt, later, earlier })))
  })
  const verdicts = await verify(
    pairs.map(({ later, earlier }) => ({ response: `Answer: \\boxed{${later}}`, answer: earlier })),
  )
  const spellings = prompts.map(() => new Map<string, string>())
  pairs.forEach(({ prompt, later, earlier }, index) => {
    const known = spellings[prompt]!
    if (verdicts[index]!.correct && !known.has(later)) known.set(later, known.get(earlier) ?? earlier)
  })
  return prompts.map((responses, prompt) =>
    responses.map((response) =>
      response.correct || response.answer === null
        ? response
        : { ...response, answer: spellings[prompt]!.get(response.answer) ?? response.answer },
    ),
  )
}

const wrongAnswers = (responses: readonly AnsweredResponse[]): string[] => [
  ...new Set(responses.flatMap(({ answer, correct }) => (correct || answer === null ? [] : [answer]))),
]
