import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { AxisId } from './axis.ts'

interface ChartView {
  /** Place under the pointer on the x axis, shared by every panel. */
  readonly hoverX: number | null
  /** Part of the x axis that is shown; null shows all. */
  readonly range: readonly [from: number, to: number] | null
  readonly axis: AxisId
  readonly logX: boolean
  /** Panels with a logarithmic y axis, by title. */
  readonly logPanels: readonly string[]
  /** Sections of panels that are folded away. */
  readonly folded: readonly string[]
}

const initial: ChartView = { hoverX: null, range: null, axis: 'step', logX: false, logPanels: [], folded: [] }

/** What all panels of the page share; axes and folds are kept over restarts. */
export const useChartView = create<ChartView>()(
  persist(() => initial, {
    name: 'quiver.charts',
    version: 1,
    partialize: ({ axis, logX, logPanels, folded }) => ({ axis, logX, logPanels, folded }) as ChartView,
  }),
)

/** Adds the name to the list, or takes it out. */
export function toggled(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names.filter((other) => other !== name) : [...names, name]
}
