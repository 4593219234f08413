import { formatNumber } from '../lib/format.ts'
import type { Point } from './line-points.ts'

interface Described {
  readonly label: string
  readonly raw: readonly Point[]
}

const atStep = (x: number): string => `step ${x}`

/** What a chart shows, in words: for each line its last, least and greatest value. `place` names a place on the x axis. */
export function chartSummary(
  title: string,
  unit: string,
  lines: readonly Described[],
  place: (x: number) => string = atStep,
): string {
  const filled = lines.filter((line) => line.raw.length > 0)
  const head = `Line chart: ${title}${unit === '' ? '' : `, ${unit}`}.`
  if (filled.length === 0) return `${head} No values yet.`
  return `${head} ${filled.map((line) => lineSummary(line, place)).join(' ')}`
}

function lineSummary({ label, raw }: Described, place: (x: number) => string): string {
  const last = raw.at(-1)!
  let least = raw[0]!
  let most = raw[0]!
  for (const point of raw) {
    if (point.y < least.y) least = point
    if (point.y > most.y) most = point
  }
  const values = [
    `${formatNumber(last.y)} at ${place(last.x)}`,
    `least ${formatNumber(least.y)} at ${place(least.x)}`,
    `most ${formatNumber(most.y)} at ${place(most.x)}`,
  ]
  return `${label}: ${values.join(', ')}.`
}

/** Rows of the chart's table: each place that any line has a value at, with the value of each line or null. */
export function chartRows(lines: readonly Described[]): { x: number; values: (number | null)[] }[] {
  const rows = new Map<number, (number | null)[]>()
  lines.forEach((line, index) => {
    for (const point of line.raw) {
      const row = rows.get(point.x) ?? lines.map(() => null)
      row[index] = point.y
      rows.set(point.x, row)
    }
  })
  return [...rows].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }))
}
