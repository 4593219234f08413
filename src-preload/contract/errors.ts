/** What crosses a process when a call fails: a sentence for the person, and whether it is their input or our bug. */
export interface CallError {
  readonly kind: 'user' | 'internal'
  readonly message: string
}

/** Thrown by API clients for a failed call. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly kind: CallError['kind']
  constructor(error: CallError) {
    super(error.message)
    this.kind = error.kind
  }
}
