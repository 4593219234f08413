import { useEffect } from 'react'
import { create } from 'zustand'
import type { Action } from './actions.ts'

interface Layer {
  readonly actions: readonly Action[]
}

const useLayers = create<{ readonly layers: readonly Layer[] }>()(() => ({ layers: [] }))

/** Offers a page's actions to the palette and the keys for as long as the page is shown. Pass a memoised list. */
export function usePageActions(actions: readonly Action[]): void {
  useEffect(() => {
    const layer: Layer = { actions }
    useLayers.setState(({ layers }) => ({ layers: [...layers, layer] }))
    return () => useLayers.setState(({ layers }) => ({ layers: layers.filter((other) => other !== layer) }))
  }, [actions])
}

/** Every action on offer, the shown page's first. */
export function useActions(global: readonly Action[]): readonly Action[] {
  const layers = useLayers((state) => state.layers)
  return [...layers.toReversed().flatMap((layer) => layer.actions), ...global]
}
