/** What makes a line the edge of another's band. */
export interface LineEdge {
  /** Label of the line whose band it is. */
  readonly of: string
  /** The room down to the next line is filled. */
  readonly filled: boolean
}

/** Opacity of a filled band, and of what lies faint behind a line or at its band's edge. */
export const bandOpacity = 0.16
export const faintOpacity = 0.34

/** Whether the room from a line down to the next is filled; `percentiles` fills it below every line but the last. */
export function fillsDown(
  lines: readonly { readonly edge?: LineEdge }[],
  index: number,
  percentiles: boolean,
): boolean {
  return index < lines.length - 1 && (lines[index]!.edge?.filled ?? percentiles)
}
