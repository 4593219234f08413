import { createStore, type StoreApi } from 'zustand/vanilla'

/** What the views of one response share while the pointer moves and the text scrolls; nobody is drawn anew by React for it. */
export interface LinkState {
  /** The token under the pointer, or -1. */
  readonly hovered: number
  /** First and last token in sight of the text. */
  readonly sight: readonly [from: number, to: number] | null
}

export type HeatmapLink = StoreApi<LinkState>

export function createHeatmapLink(): HeatmapLink {
  const store = createStore<LinkState>()(() => ({ hovered: -1, sight: null }))
  return {
    ...store,
    // Pointers move more often than tokens change: what stays the same is not told.
    setState: (changes) => {
      const now = store.getState()
      const next = { ...now, ...(typeof changes === 'function' ? changes(now) : changes) }
      const sameSight = next.sight?.[0] === now.sight?.[0] && next.sight?.[1] === now.sight?.[1]
      if (next.hovered !== now.hovered || !sameSight) store.setState(next)
    },
  }
}
