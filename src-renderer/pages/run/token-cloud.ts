const smallestPx = 13
const largestPx = 34

/** Letter sizes of the tokens of a cloud, pixels: by the logarithm of how often each occurs. */
export function cloudSizes(occurrences: readonly number[]): number[] {
  const logs = occurrences.map((count) => Math.log(Math.max(1, count)))
  const low = Math.min(...logs)
  const span = Math.max(...logs) - low || 1
  return logs.map((value) => Math.round(smallestPx + ((value - low) / span) * (largestPx - smallestPx)))
}
