/** A part of the x axis. */
export type ChartRange = readonly [from: number, to: number]

const smallestPart = 1e-4

/** The part after zooming by a factor (below 1 shows more detail) around its middle; null when that is all there is. */
export function zoomedRange(range: ChartRange | null, all: ChartRange, factor: number): ChartRange | null {
  const [from, to] = range ?? all
  const half = Math.max(smallestPart * (all[1] - all[0]), ((to - from) * factor) / 2)
  const middle = (from + to) / 2
  return within([middle - half, middle + half], all)
}

/** The part after moving by a share of its own width; it stops at the ends. */
export function pannedRange(range: ChartRange | null, all: ChartRange, share: number): ChartRange | null {
  if (!range) return null
  const [from, to] = range
  const wanted = share * (to - from)
  const shift = wanted < 0 ? Math.max(wanted, Math.min(0, all[0] - from)) : Math.min(wanted, Math.max(0, all[1] - to))
  return [from + shift, to + shift]
}

function within([from, to]: ChartRange, all: ChartRange): ChartRange | null {
  const range = [Math.max(all[0], from), Math.min(all[1], to)] as const
  return range[0] <= all[0] && range[1] >= all[1] ? null : range
}

/** A zoom as the address says it, `120~480`. */
export const rangeText = (range: ChartRange | null): string =>
  range ? range.map((end) => Number(end.toPrecision(7))).join('~') : ''

/** The zoom that an address says, or null. */
export function parseRange(text: string): ChartRange | null {
  const [from, to, ...rest] = text.split('~').map(Number)
  const isRange = rest.length === 0 && from !== undefined && to !== undefined && from < to
  return isRange && Number.isFinite(from) && Number.isFinite(to) ? [from, to] : null
}
