import { assert } from '../util/assert.ts'

/** Mean over problems with its standard error: the root of (unbiased variance over problems / problems). */
export interface Estimate {
  readonly mean: number
  /** 0 for fewer than two problems, where nothing is known of the spread. */
  readonly standardError: number
}

/** avg@n: share of correct responses, `correct[i]` of `n` for problem i. */
export function averageAt(correct: readonly number[], n: number): Estimate {
  return estimate(correct.map((count) => count / n))
}

/** pass@k: probability that at least one of k responses is correct, unbiased estimate from `correct[i]` of `n`. */
export function passAt(correct: readonly number[], n: number, k: number): Estimate {
  return estimate(correct.map((count) => passAtK(n, count, k)))
}

/**
 * pass@k of one problem, 1 − C(n − c, k) / C(n, k) (arXiv 2107.03374, Eq. 1), as a product that never overflows.
 * `correct` of `n` samples are right; k is at most n.
 */
export function passAtK(n: number, correct: number, k: number): number {
  assert(k >= 1 && k <= n, `pass@k needs 1 ≤ k ≤ n, got k ${k} and n ${n}.`)
  assert(correct >= 0 && correct <= n, `pass@k needs 0 ≤ correct ≤ n, got ${correct} correct of ${n}.`)
  if (n - correct < k) return 1
  let noneCorrect = 1
  for (let i = n - correct + 1; i <= n; i++) noneCorrect *= 1 - k / i
  return 1 - noneCorrect
}

/** A sampled response to a problem; `answer` is null when none could be extracted. */
export interface Vote {
  readonly answer: string | null
  readonly correct: boolean
}

/**
 * maj@k: share of problems whose most frequent answer among the first k responses is correct. Responses without an
 * answer have no vote; of equally frequent answers the one seen first wins.
 */
export function majorityAt(problems: readonly (readonly Vote[])[], k: number): Estimate {
  return estimate(problems.map((votes) => Number(majorityIsCorrect(votes.slice(0, k)))))
}

function majorityIsCorrect(votes: readonly Vote[]): boolean {
  const answered = votes.filter((vote) => vote.answer !== null)
  const ballots = [...Map.groupBy(answered, (vote) => vote.answer).values()]
  const winner = ballots.reduce<readonly Vote[]>((best, ballot) => (ballot.length > best.length ? ballot : best), [])
  return winner[0]?.correct ?? false
}

function estimate(scores: readonly number[]): Estimate {
  const count = scores.length
  if (count === 0) return { mean: 0, standardError: 0 }
  const mean = scores.reduce((sum, score) => sum + score, 0) / count
  if (count === 1) return { mean, standardError: 0 }
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (count - 1)
  return { mean, standardError: Math.sqrt(variance / count) }
}
