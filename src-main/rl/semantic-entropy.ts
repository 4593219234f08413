/**
 * Semantic entropy of a prompt (SENT, arXiv 2512.04359, section "semantic entropy"; Farquhar et al. 2024): responses
 * are clustered by their final answer, and
 *
 *     H_SE = −Σ_k P_k log P_k,   P_k ∝ Σ over the responses o of cluster k of w(o)
 *
 * The paper takes w(o) = P(o | q), the probability of the whole response. Responses drawn from the policy already occur
 * in proportion to it, so that counting them (w = 1, the default) estimates the same mass without the collapse of long
 * products: after some hundred tokens one response holds nearly all of it. `length_normalized` takes
 * w(o) = P(o | q)^(1 / |o|). A response without an answer is a cluster of its own. Answers of mathematics that are equal in
 * value are one answer (equal-answers.ts).
 */
import type { AnswerCluster, PassSettings } from '../../src-preload/contract/curriculum.ts'
import { parseRational } from '../tasks/verify/rational.ts'

export interface AnsweredResponse {
  /** The answer read from the response; null when there is none. */
  readonly answer: string | null
  readonly correct: boolean
  /** log P(response | prompt), nats. */
  readonly logprob: number
  readonly tokens: number
}

const logWeight: Record<PassSettings['cluster_weight'], (response: AnsweredResponse) => number> = {
  counts: () => 0,
  likelihood: ({ logprob }) => logprob,
  length_normalized: ({ logprob, tokens }) => logprob / Math.max(1, tokens),
}

/** Entropy over the answers of a prompt's responses, nats, with the clusters, largest first. Of no responses it is 0. */
export function semanticEntropy(
  responses: readonly AnsweredResponse[],
  weight: PassSettings['cluster_weight'],
): { entropy: number; clusters: AnswerCluster[] } {
  const clusters = [...Map.groupBy(responses, answerKey).values()].toSorted((a, b) => b.length - a.length)
  const masses = clusters.map((members) => logSumExp(members.map(logWeight[weight])))
  const total = logSumExp(masses)
  const entropy = masses.reduce((sum, mass) => sum - Math.exp(mass - total) * (mass - total), 0)
  return {
    // Rounding can leave a negative zero where all agree.
    entropy: Math.max(0, entropy),
    clusters: clusters.map(([first, ...rest]) => ({
      answer: first!.answer,
      count: 1 + rest.length,
      correct: first!.correct,
    })),
  }
}

/** What makes answers equal: being right, the same number, or the same text, white space aside; no answer equals nothing. */
function answerKey(response: AnsweredResponse): string | AnsweredResponse {
  if (response.answer === null) return response
  if (response.correct) return 'correct'
  const number = parseRational(response.answer)
  return number
    ? `number ${number.numerator}/${number.denominator}`
    : `text ${response.answer.trim().replace(/\s+/g, ' ')}`
}

function logSumExp(values: readonly number[]): number {
  const largest = values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY)
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
}
