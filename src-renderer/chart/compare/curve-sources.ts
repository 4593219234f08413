import { type ChartPalette, lineColour, lineDash } from '../palette.ts'
import type { LineSource } from '../panel-controller.ts'
import { type Derivation, derivedId } from './derived-series.ts'
import type { BandKind } from './seed-statistics.ts'

/** Runs that are one line: a run alone, or those of several seeds. */
export interface CurveGroup {
  readonly name: string
  readonly ids: readonly string[]
  /** Of its first run among the compared ones, which decides how the line looks. Default: the place of the group. */
  readonly place?: number
}

export interface CurveChoice {
  readonly groups: readonly CurveGroup[]
  /** Place of the group that the others are held against. */
  readonly baseline: number
  /** Shows how far each group is from the baseline instead of the values. */
  readonly difference: boolean
  readonly band: BandKind
}

/** The lines of one metric: per group its values or its mean, with the edges of the band before it where there are several runs. */
export function curveSources(choice: CurveChoice, metric: string, palette: ChartPalette): LineSource[] {
  const { groups, baseline, difference, band } = choice
  const minus = difference ? (groups[baseline]?.ids ?? []) : []
  return groups.flatMap(({ name, ids, ...group }, index) => {
    if (difference && index === baseline) return []
    const place = group.place ?? index
    const look = { metric, label: name, colour: lineColour(palette, place), dash: lineDash(place) }
    const derived = (part: Derivation['part']): string => derivedId({ part, band, metric, ids, minus })
    if (ids.length === 1) return [{ ...look, runId: difference ? derived('mean') : ids[0]! }]
    const edge = (part: 'low' | 'high'): LineSource => ({
      ...{ ...look, runId: derived(part), dash: [] },
      label: `${name} ${part === 'low' ? '↓' : '↑'}`,
      edge: { of: name, filled: part === 'high' },
    })
    return [edge('high'), edge('low'), { ...look, runId: derived('mean') }]
  })
}
