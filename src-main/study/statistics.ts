import { passAtK } from '../rl/pass-at-k.ts'
import { randomStream, uniformInteger } from '../util/rng.ts'
import type { Cell, CurveName, HeldOutSamples } from './cell.ts'

/** The k of the pass@k curves, as far as there are samples. */
export const passKs: readonly number[] = [1, 2, 4, 8, 16, 32, 64]

/** A mean with the bounds that hold 95 of 100 resamples. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

const resamples = 2000
const resampleSeed = 7

/** pass@k of every problem, one row a seed. */
function passTable(samples: readonly HeldOutSamples[], k: number): number[][] {
  return samples.map(({ n, correct }) => correct.map((count) => passAtK(n, count, k)))
}

/** pass@k over seeds and problems; k = 1 is avg@n. Both seeds and problems are resampled. */
export function passInterval(cells: readonly Pick<Cell, 'heldOut'>[], k: number): Interval {
  return bootstrap(
    passTable(
      cells.map(({ heldOut }) => heldOut),
      k,
    ),
  )
}

/** pass@k of the starting policy; only problems are resampled, for it has no seeds. */
export const startInterval = (start: HeldOutSamples, k: number): Interval => bootstrap(passTable([start], k))

/** Mean difference in pass@k on the seeds that both have, and their number; seeds and problems are resampled together. */
export function passDifference(
  cells: readonly Cell[],
  others: readonly Cell[],
  k: number,
): { interval: Interval; seeds: number } | undefined {
  const pairs = cells.flatMap((cell) => {
    const other = others.find(({ seed }) => seed === cell.seed)
    return other ? [[cell.heldOut, other.heldOut] as const] : []
  })
  if (pairs.length === 0) return undefined
  const table = pairs.map((pair) => {
    const [a, b] = passTable(pair, k)
    return a!.map((value, problem) => value - b![problem]!)
  })
  return { interval: bootstrap(table), seeds: pairs.length }
}

/** Mean difference in pass@k to the starting policy; seeds and problems are resampled. */
export function passGain(cells: readonly Cell[], start: HeldOutSamples, k: number): Interval {
  const before = passTable([start], k)[0]!
  const after = passTable(
    cells.map(({ heldOut }) => heldOut),
    k,
  )
  return bootstrap(after.map((row) => row.map((value, problem) => value - before[problem]!)))
}

function bootstrap(table: readonly (readonly number[])[]): Interval {
  const seeds = table.length
  const problems = table[0]!.length
  const total = table.flat().reduce((sum, value) => sum + value, 0)
  const means = Float64Array.from({ length: resamples }, (_, resample) => {
    const draw = (bound: number, at: number): number =>
      uniformInteger(bound, resampleSeed, randomStream.data, resample, at)
    const rows = Array.from({ length: seeds }, (_, row) => table[draw(seeds, row)]!)
    let sum = 0
    for (let column = 0; column < problems; column++) {
      const problem = draw(problems, seeds + column)
      for (const row of rows) sum += row[problem]!
    }
    return sum / (seeds * problems)
  }).sort()
  const bound = (share: number): number => means[Math.round(share * (resamples - 1))]!
  return { mean: total / (seeds * problems), low: bound(0.025), high: bound(0.975) }
}

export interface CurvePoint {
  readonly step: number
  readonly mean: number
  /** Smallest and largest of the seeds. */
  readonly low: number
  readonly high: number
}

/** A metric over the steps: mean and range over the seeds, each smoothed over `window` steps to either side. */
export function meanCurve(cells: readonly Cell[], name: CurveName, window: number): CurvePoint[] {
  const curves = cells.flatMap(({ curves }) => (curves[name] ? [smoothed(curves[name], window)] : []))
  const steps = Math.max(0, ...curves.map((curve) => curve.length))
  return Array.from({ length: steps }, (_, index) => {
    const values = curves.map((curve) => curve[index]).filter((value) => value !== undefined && value !== null)
    return { step: index + 1, mean: mean(values), low: Math.min(...values), high: Math.max(...values) }
  }).filter((point) => Number.isFinite(point.mean))
}

function smoothed(values: readonly (number | null)[], window: number): (number | null)[] {
  return values.map((_, index) => {
    const near = values.slice(Math.max(0, index - window), index + window + 1).filter((value) => value !== null)
    return near.length === 0 ? null : mean(near)
  })
}

/** Steps at either end of a run that its first and last figures are means of. */
const endSteps = 5

/** Mean of a metric over the first or last steps and all seeds; undefined where it was not recorded. */
export function endMean(cells: readonly Cell[], name: CurveName, end: 'first' | 'last'): number | undefined {
  const values = cells.flatMap(({ curves }) => {
    const known = (curves[name] ?? []).filter((value) => value !== null)
    return end === 'first' ? known.slice(0, endSteps) : known.slice(-endSteps)
  })
  return values.length === 0 ? undefined : mean(values)
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length
}
