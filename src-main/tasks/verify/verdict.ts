export interface VerifyItem {
  readonly response: string
  readonly answer: string
  /** Run every test of a code problem, as evaluations do, and not a choice of them. */
  readonly allTests?: boolean
}

export interface Verdict {
  readonly correct: boolean
  /** Reward of the verifier: 0 or 1, but for weighted sums. */
  readonly score: number
  /** The answer read from the response; null when there is none. */
  readonly extracted: string | null
  /** One clause that says why. */
  readonly reason: string
  /** What the extracted answer was read as, in words, where the verifier types it. */
  readonly parsed?: string
  /** Shares of the score by name, where it is a sum. */
  readonly parts?: Readonly<Record<string, number>>
  /** Time the check took, ms; a pool measures it. */
  readonly ms?: number
  /** Whether the check was ended by its time limit. */
  readonly timedOut?: boolean
}

export type Verifier = (item: VerifyItem) => Verdict

export const accepted = (extracted: string): Verdict => ({
  correct: true,
  score: 1,
  extracted,
  reason: 'equal to the answer',
})
export const rejected = (extracted: string | null, reason: string): Verdict => ({
  correct: false,
  score: 0,
  extracted,
  reason,
})
