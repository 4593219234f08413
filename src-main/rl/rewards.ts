export interface OverlongOptions {
  /** Longest allowed response, tokens. */
  readonly maxLength: number
  /** Length of the ramp before the limit, tokens; 0 turns the punishment off. */
  readonly bufferLength: number
  /** Punishment at the limit. */
  readonly factor: number
}

/**
 * Soft overlong punishment (DAPO, arXiv 2503.14476, Eq. 13; verl's overlong buffer), added to a response's reward:
 * 0 up to maxLength − bufferLength tokens, then falling linearly to −factor at maxLength.
 */
export function overlongPenalty(length: number, { maxLength, bufferLength, factor }: OverlongOptions): number {
  const excess = length - (maxLength - bufferLength)
  return bufferLength === 0 || excess <= 0 ? 0 : (-excess / bufferLength) * factor
}
