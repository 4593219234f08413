import { expect, test } from 'vitest'
import { readsAnswers, unifyEqualAnswers } from '../../src-main/rl/equal-answers.ts'
import { type AnsweredResponse, semanticEntropy } from '../../src-main/rl/semantic-entropy.ts'
import { verifierOf } from '../../src-main/tasks/verify/map.ts'
import type { VerifyItem } from '../../src-main/tasks/verify/verdict.ts'

const verifier = verifierOf({ kind: 'math', mode: 'default', last_number: false })
const verify = async (items: readonly VerifyItem[]) => items.map(verifier)
const sampled = (answer: string | null, correct = false): AnsweredResponse => ({
  answer,
  correct,
  logprob: -1,
  tokens: 1,
})

test('answers that the verifier holds equal become one cluster, within their prompt', async () => {
  const first = ['\\frac{1}{2}', 'x+1', '0.5', '1+x', '\\{1, 2\\}', '\\{2, 1\\}', '}{'].map((answer) => sampled(answer))
  const second = [sampled('0.5'), sampled(null), sampled('\\dfrac12', true)]
  const [one, two] = await unifyEqualAnswers([first, second], verify)
  expect(one!.map(({ answer }) => answer)).toEqual([
    '\\frac{1}{2}',
    'x+1',
    '\\frac{1}{2}',
    'x+1',
    '\\{1, 2\\}',
    '\\{1, 2\\}',
    '}{',
  ])
  expect(two).toEqual(second)
  expect(semanticEntropy(one!, 'counts').clusters.map(({ count }) => count)).toEqual([2, 2, 2, 1])
})

test('only verifiers that read mathematics are asked', () => {
  const math = { kind: 'math', mode: 'default', last_number: false } as const
  expect(readsAnswers(math)).toBe(true)
  expect(readsAnswers({ kind: 'weighted', parts: [{ weight: 1, verifier: math }] })).toBe(true)
  expect(readsAnswers({ kind: 'numeric' })).toBe(false)
})
