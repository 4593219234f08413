import type { StudyResults } from './cell.ts'
import { clipAnswer, opefoAnswer } from './explanations.ts'
import type { Row } from './figures.ts'
import { endMean, mean, passDifference, passGain, passInterval, startInterval } from './statistics.ts'
import { percent, seedCount, signedPoints, withBounds } from './words.ts'

const change = (from: number, to: number): string => `${(100 * (to / from - 1)).toFixed(0)} %`.replace('-', '−')

/** The papers' questions, answered with the figures of these runs, whichever way they came out. */
export function answers(results: StudyResults, rows: readonly Row[], baseline: Row | undefined): string[] {
  const largest = Math.max(...[1, 2, 4, 8, 16, 32, 64].filter((k) => k <= results.start.n))
  return [
    ...(baseline ? [collapse(results, baseline)] : []),
    whoKeeps(rows, results),
    ...[1, largest].map((k) => whoGains(rows, results, baseline, k)),
    coverage(rows, results, Math.min(16, largest)),
    ...quantileQuestion(rows, largest),
    clipAnswer(rows),
    opefoAnswer(rows, results),
    repetitionAnswer(rows, results),
  ].filter((answer) => answer !== '')
}

function collapse({ start }: StudyResults, { cells }: Row): string {
  const first = endMean(cells, 'entropy', 'first')!
  const last = endMean(cells, 'entropy', 'last')!
  const heldOut = mean(cells.map((cell) => cell.heldOut.entropy))
  return `**Does GRPO’s entropy collapse?** Its rollouts go from ${first.toFixed(4)} nats in the first steps to ${last.toFixed(4)} in the last (${change(first, last)}); on the held-out problems from ${start.entropy.toFixed(4)} to ${heldOut.toFixed(4)} nats (${change(start.entropy, heldOut)}).`
}

function whoKeeps(rows: readonly Row[], { start }: StudyResults): string {
  const ranked = rows
    .map(({ variant, cells }) => ({
      title: variant.title,
      entropy: mean(cells.map(({ heldOut }) => heldOut.entropy)),
    }))
    .toSorted((a, b) => b.entropy - a.entropy)
  const list = ranked.map(({ title, entropy }) => `${title} ${percent(entropy / start.entropy)}`).join(', ')
  return `**Who keeps it?** Entropy on the held-out problems after training, in percent of the start’s, highest first: ${list}.`
}

function whoGains(rows: readonly Row[], { start }: StudyResults, baseline: Row | undefined, k: number): string {
  const name = k === 1 ? `pass@1 (avg@${start.n})` : `pass@${k}`
  const from = startInterval(start, k).mean
  const ranked = rows
    .map(({ variant, cells }) => ({ title: variant.title, value: passInterval(cells, k).mean }))
    .toSorted((a, b) => b.value - a.value)
  const list = ranked.map(({ title, value }) => `${title} ${percent(value)}`).join(', ')
  return `**Who gains ${name}?** The start has ${percent(from)}. ${list}.${baseline ? clearAgainst(rows, baseline, k) : ''}`
}

/** One seed says nothing of the next, so that only differences over several count. */
const leastSeeds = 2

function clearAgainst(rows: readonly Row[], baseline: Row, k: number): string {
  const compared = rows.filter(
    (row) => row !== baseline && (passDifference(row.cells, baseline.cells, k)?.seeds ?? 0) >= leastSeeds,
  )
  if (compared.length === 0)
    return ` No variant has ${leastSeeds} seeds in common with GRPO, so none is told apart from it.`
  const named = (sign: number): string =>
    compared
      .filter((row) => clearDifference(row, baseline, k) === sign)
      .map(({ variant }) => variant.title)
      .join(', ') || 'nobody'
  return ` Of the ${compared.length} with at least ${leastSeeds} seeds in common with GRPO, above it with an interval that excludes zero: ${named(1)}; below: ${named(-1)}.`
}

/** Whether training takes away problems that enough samples of the start solve. */
function coverage(rows: readonly Row[], { start }: StudyResults, k: number): string {
  const gains = rows.map(({ variant, cells }) => ({
    title: variant.title,
    seeds: cells.length,
    gain: passGain(cells, start, k),
  }))
  const list = gains
    .toSorted((a, b) => b.gain.mean - a.gain.mean)
    .map(({ title, gain }) => `${title} ${signedPoints(gain.mean)}`)
    .join(', ')
  const several = gains.filter(({ seeds }) => seeds >= leastSeeds)
  const lost = several.filter(({ gain }) => gain.high < 0).map(({ title }) => title)
  const clear =
    several.length === 0
      ? ''
      : ` Of the ${several.length} with at least ${leastSeeds} seeds, below the start with an interval that excludes zero: ${lost.join(', ') || 'nobody'}.`
  return `**Does training cost coverage?** pass@${k} against the start, points: ${list}.${clear}`
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
      const entropy = [archer.cells, cells].map((some) => mean(some.map(({ heldOut }) => heldOut.entropy)).toFixed(4))
      return `**${variant.question}** Archer against “${variant.title}” on ${seedCount(one.seeds)}: pass@1 ${withBounds(one.interval)}, pass@${largest} ${withBounds(many.interval)}; held-out entropy ${entropy[0]} against ${entropy[1]} nats.`
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
