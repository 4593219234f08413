import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { RunColumns } from '../../lib/run-columns.ts'
import { type StepChoice, type StepRange, stepsAmong } from './chosen-steps.ts'

/** A recorded value and its step, or the mean over several. */
export interface ChosenValue {
  /** The last step of those it is over. */
  readonly step: number
  readonly value: number
  /** How many steps have a value. */
  readonly count: number
}

/** Metrics of which more is better; of the others nobody can say which value is the best. */
const risesWhenBetter = /^(reward|accuracy|eval\/(greedy|avg|pass@\d+))$/

/** Whether a metric has a best value. */
const hasBest = (name: string): boolean => risesWhenBetter.test(name)

/**
 * The value of a metric at the chosen steps: recorded at those very steps, their mean where there are several, or null. The best is
 * the greatest, the earliest of equal ones; a metric of which more is not better has none.
 */
export function valueAt(columns: RunColumns, name: string, choice: StepChoice): ChosenValue | null {
  const column = columns.values.get(name)
  if (!column) return null
  if (choice === 'last') {
    const value = column.at(column.lastRow)
    return value === null ? null : { step: columns.steps[column.lastRow]!, value, count: 1 }
  }
  if (choice !== 'best') return meanAt(columns, name, choice)
  if (!hasBest(name)) return null
  let best: ChosenValue | null = null
  for (const [row, value] of column.numbers.entries())
    if (!Number.isNaN(value) && (best === null || value > best.value))
      best = { step: columns.steps[row]!, value, count: 1 }
  return best
}

/** The values of a metric at each of the named steps that has one. */
export function valuesAt(columns: RunColumns, name: string, ranges: readonly StepRange[]): readonly ChosenValue[] {
  const column = columns.values.get(name)
  if (!column) return []
  return stepsAmong(columns.steps, ranges).flatMap((step) => {
    const value = column.at(columns.steps.indexOf(step))
    return value === null ? [] : { step, value, count: 1 }
  })
}

function meanAt(columns: RunColumns, name: string, ranges: readonly StepRange[]): ChosenValue | null {
  const found = valuesAt(columns, name, ranges)
  const sum = found.reduce((total, { value }) => total + value, 0)
  return found.length === 0 ? null : { step: found.at(-1)!.step, value: sum / found.length, count: found.length }
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
