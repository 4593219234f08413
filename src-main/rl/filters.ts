/**
 * True when a group carries no signal: every response has the same score. The test belongs on accuracy, never on the
 * shaped reward, where a length penalty makes equal verdicts look different.
 */
export function isConstantGroup(scores: readonly number[]): boolean {
  return scores.every((score) => score === scores[0])
}
