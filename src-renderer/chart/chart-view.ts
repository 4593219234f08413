import { create } from 'zustand'

interface ChartView {
  /** Step under the pointer or chosen with the keys, shared by every panel. */
  readonly hoverStep: number | null
  /** Steps the x axes show; null shows all. */
  readonly range: readonly [from: number, to: number] | null
}

/** What all panels of the page share. */
export const useChartView = create<ChartView>()(() => ({ hoverStep: null, range: null }))
