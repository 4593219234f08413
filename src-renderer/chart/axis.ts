import { formatDuration, formatNumber } from '../lib/format.ts'
import { msg } from '../lib/i18n/translate.ts'
import type { RunColumns } from '../lib/run-columns.ts'

/** What the x axes of all panels count. */
export const axisIds = ['step', 'tokens', 'time'] as const
export type AxisId = (typeof axisIds)[number]

export interface Axis {
  readonly label: string
  /** The place of a row of the columns on the axis. */
  readonly at: (columns: RunColumns, row: number) => number
  /** A place as people read it. */
  readonly format: (x: number) => string
}

const short = (x: number): string =>
  x >= 1e9
    ? `${formatNumber(x / 1e9, 3)}G`
    : x >= 1e6
      ? `${formatNumber(x / 1e6, 3)}M`
      : x >= 1e3
        ? `${formatNumber(x / 1e3, 3)}k`
        : formatNumber(x, 3)

export const axes: Readonly<Record<AxisId, Axis>> = {
  step: { label: msg('step'), at: (columns, row) => columns.steps[row]!, format: (x) => formatNumber(x, 6) },
  tokens: { label: msg('tokens'), at: tokensAt, format: (x) => `${short(x)}` },
  time: {
    label: msg('training time'),
    at: (columns, row) => columns.elapsedMs[row]! / 1000,
    format: (x) => formatDuration(x * 1000),
  },
}

/** Response tokens sampled up to a row; a row without the metric has those of the row before. */
function tokensAt(columns: RunColumns, row: number): number {
  const column = columns.values.get('num_tokens')
  if (!column) return 0
  for (let at = row; at >= 0; at--) {
    const value = column.at(at)
    if (value !== null) return value
  }
  return 0
}

/** From the first place of several columns to the last, above zero where the axis is logarithmic; null where there is none. */
export function extentOf(
  axis: AxisId,
  logarithmic: boolean,
  all: readonly RunColumns[],
): readonly [number, number] | null {
  const { at } = axes[axis]
  const ends = all.flatMap((columns) => {
    const first = columns.steps.findIndex((_, row) => !logarithmic || at(columns, row) > 0)
    return first < 0 ? [] : [at(columns, first), at(columns, columns.steps.length - 1)]
  })
  return ends.length === 0 ? null : [Math.min(...ends), Math.max(...ends)]
}

/** The place of a step on the axis; null when the step is not recorded. */
export function placeOfStep(axis: AxisId, columns: RunColumns, step: number): number | null {
  let [low, high] = [0, columns.steps.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (columns.steps[middle]! < step) low = middle + 1
    else high = middle
  }
  return columns.steps[low] === step ? axes[axis].at(columns, low) : null
}

/** The step of a place on the axis; null when no step is there. */
export function stepOfPlace(axis: AxisId, columns: RunColumns, x: number): number | null {
  const row = columns.steps.findIndex((_, index) => axes[axis].at(columns, index) === x)
  return row < 0 ? null : columns.steps[row]!
}
