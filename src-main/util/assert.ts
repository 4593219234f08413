/** An error a person can act on: a sentence that says what, got, expected, what to do. */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** Throws a plain Error: for broken invariants, which are bugs rather than bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}
