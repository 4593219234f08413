/** What a verifier says to one response. */
export interface CheckedResponse {
  readonly correct: boolean
  readonly score: number
  readonly extracted: string | null
  /** What the extracted answer was read as, in words; null where the verifier types nothing. */
  readonly parsed: string | null
  readonly reason: string
  /** Time the check took; null where it is not measured. */
  readonly ms: number | null
}

/** A dataset's references held against themselves. */
export interface DatasetCheck {
  readonly rows: number
  readonly checked: number
  readonly verified: number
  /** The first of those that do not verify. */
  readonly failures: readonly {
    readonly id: string
    readonly answer: string
    readonly verdict: CheckedResponse
  }[]
}

/** The stored responses of a run under another verifier. */
export interface Rescore {
  readonly stored: number
  readonly checked: number
  readonly correctBefore: number
  readonly correctNow: number
  readonly flipped: number
  /** The newest of those whose verdict changes. */
  readonly flips: readonly {
    readonly rolloutId: number
    readonly step: number
    readonly answer: string
    readonly before: { readonly correct: boolean; readonly extracted: string | null; readonly reason: string }
    readonly now: CheckedResponse
  }[]
}
