import type { StudyResults } from './cell.ts'
import type { Row } from './figures.ts'
import { endMean, type Interval, mean, passDifference, passInterval, startInterval } from './statistics.ts'

const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`
const withBounds = ({ mean: middle, low, high }: Interval): string =>
  `${points(middle)} points [${points(low)}, ${points(high)}]`
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
const change = (from: number, to: number): string => `${(100 * (to / from - 1)).toFixed(0)} %`.replace('-', '−')

/** The papers' questions, answered with the figures of these runs, whichever way they came out. */
export function answers(results: StudyResults, rows: readonly Row[], baseline: Row | undefined): string[] {
  const largest = Math.max(...[1, 2, 4, 8, 16, 32, 64].filter((k) => k <= results.start.n))
  return [
    ...(baseline ? [collapse(results, baseline)] : []),
    whoKeeps(rows),
    ...[1, largest].map((k) => whoGains(rows, results, baseline, k)),
    ...quantileQuestion(rows, largest),
    repetitionAnswer(rows, results),
  ].filter((answer) => answer !== '')
}

function collapse({ start }: StudyResults, { cells }: Row): string {
  const first = endMean(cells, 'entropy', 'first')!
  const last = endMean(cells, 'entropy', 'last')!
  const heldOut = mean(cells.map((cell) => cell.heldOut.entropy))
  return `**Does GRPO’s entropy collapse?** Its rollouts go from ${first.toFixed(4)} nats in the first steps to ${last.toFixed(4)} in the last (${change(first, last)}); on the held-out problems from ${start.entropy.toFixed(4)} to ${heldOut.toFixed(4)} nats (${change(start.entropy, heldOut)}).`
}

function whoKeeps(rows: readonly Row[]): string {
  const ranked = rows
    .map(({ variant, cells }) => ({ title: variant.title, last: endMean(cells, 'entropy', 'last') ?? 0 }))
    .toSorted((a, b) => b.last - a.last)
  const list = ranked.map(({ title, last }) => `${title} ${last.toFixed(4)}`).join(', ')
  return `**Who keeps it?** Entropy of the rollouts in the last steps, highest first, nats: ${list}.`
}

function whoGains(rows: readonly Row[], { start }: StudyResults, baseline: Row | undefined, k: number): string {
  const name = k === 1 ? `pass@1 (avg@${start.n})` : `pass@${k}`
  const from = startInterval(start, k).mean
  const ranked = rows
    .map(({ variant, cells }) => ({ title: variant.title, value: passInterval(cells, k).mean }))
    .toSorted((a, b) => b.value - a.value)
  const list = ranked.map(({ title, value }) => `${title} ${percent(value)}`).join(', ')
  const above = rows.filter((row) => row !== baseline && baseline && clearDifference(row, baseline, k) > 0)
  const below = rows.filter((row) => row !== baseline && baseline && clearDifference(row, baseline, k) < 0)
  const named = (some: readonly Row[]): string => some.map(({ variant }) => variant.title).join(', ') || 'nobody'
  const clear = baseline
    ? ` Above GRPO with an interval that excludes zero: ${named(above)}; below: ${named(below)}.`
    : ''
  return `**Who gains ${name}?** The start has ${percent(from)}. ${list}.${clear}`
}

/** Sign of the difference where its interval excludes zero, else 0. */
function clearDifference(row: Row, baseline: Row, k: number): number {
  const difference = passDifference(row.cells, baseline.cells, k)?.interval
  if (!difference) return 0
  return difference.low > 0 ? 1 : difference.high < 0 ? -1 : 0
}

/** Archer against each of its ablations. */
function quantileQuestion(rows: readonly Row[], largest: number): string[] {
  const archer = rows.find(({ variant }) => variant.id === 'archer')
  if (!archer) return []
  return rows
    .filter(({ variant }) => variant.question !== undefined)
    .map(({ variant, cells }) => {
      const one = passDifference(archer.cells, cells, 1)
      const many = passDifference(archer.cells, cells, largest)
      if (!one || !many) return ''
      const entropy = [archer.cells, cells].map((some) => endMean(some, 'entropy', 'last')!.toFixed(4))
      return `**${variant.question}** Archer against “${variant.title}” on ${one.seeds} seeds: pass@1 ${withBounds(one.interval)}, pass@${largest} ${withBounds(many.interval)}; entropy of the last steps ${entropy[0]} against ${entropy[1]} nats.`
    })
}

function repetitionAnswer(rows: readonly Row[], { start }: StudyResults): string {
  const ranked = rows
    .map(({ variant, cells }) => ({
      title: variant.title,
      repetition: mean(cells.map(({ heldOut }) => heldOut.repetition)),
    }))
    .toSorted((a, b) => b.repetition - a.repetition)
  const [most] = ranked
  if (!most) return ''
  return `**Does anyone begin to repeat?** Repeated four-word windows on the held-out problems: ${percent(start.repetition)} at the start, at most ${percent(most.repetition)} afterwards (${most.title}).`
}
