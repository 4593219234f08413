import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { RunColumns } from '../../lib/run-columns.ts'

/** Which step of each run a table shows: its last, that of its best value, or one that is named. */
export type StepChoice = 'last' | 'best' | number

/** A recorded value and its step. */
export interface ValueAtStep {
  readonly step: number
  readonly value: number
}

/** Metrics of which more is better; of the others nobody can say which value is the best. */
const risesWhenBetter = /^(reward|accuracy|eval\/(greedy|avg|pass@\d+))$/

/** Whether a metric has a best value. */
const hasBest = (name: string): boolean => risesWhenBetter.test(name)

/**
 * The value of a metric at the chosen step: recorded at that very step, or null. The best is the greatest, the earliest of equal
 * ones; a metric of which more is not better has none.
 */
export function valueAt(columns: RunColumns, name: string, choice: StepChoice): ValueAtStep | null {
  const column = columns.values.get(name)
  if (!column) return null
  if (choice === 'last') {
    const value = column.at(column.lastRow)
    return value === null ? null : { step: columns.steps[column.lastRow]!, value }
  }
  if (choice !== 'best') {
    const row = columns.steps.indexOf(choice)
    const value = column.at(row)
    return value === null ? null : { step: choice, value }
  }
  if (!hasBest(name)) return null
  let best: ValueAtStep | null = null
  for (const [row, value] of column.numbers.entries())
    if (!Number.isNaN(value) && (best === null || value > best.value)) best = { step: columns.steps[row]!, value }
  return best
}

/** A stored evaluation value with its 95 % normal interval, cut to what the unit allows; null without a standard error. */
export function evaluationInterval(
  name: string,
  metrics: Readonly<Record<string, number>>,
): readonly [low: number, high: number] | null {
  const value = metrics[name]
  const error = metrics[`${name}/stderr`]
  if (value === undefined || error === undefined) return null
  const [low, high] = [value - 1.96 * error, value + 1.96 * error]
  return metricInfo(name).unit === 'fraction' ? [Math.max(0, low), Math.min(1, high)] : [low, high]
}
