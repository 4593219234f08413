import { useCallback, useMemo, useSyncExternalStore } from 'react'

/** The page's address lives behind the `#`: a path for the router, and after a `?` the state of the view. */
export interface NavigateOptions {
  /** Takes the place of the present address in the history. */
  readonly replace?: boolean
  /** A new entry of the history that is scrolled as the present one: another part of the same page. */
  readonly stays?: boolean
}

/** What is kept with an entry of the history. */
interface EntryState {
  readonly place?: number
  readonly stays?: boolean
}
const entryState = (): EntryState => (history.state as EntryState | null) ?? {}

const changed = 'quiver:address'

const address = (): string => `/${location.hash.replace(/^#?\/?/, '')}`
/** The path of the address as it is now. */
export const pathOf = (): string => address().split('?')[0]!
const queryOf = (): string => address().split('?').slice(1).join('?')

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  window.addEventListener(changed, listener)
  return () => {
    window.removeEventListener('hashchange', listener)
    window.removeEventListener(changed, listener)
  }
}

/** Goes to an address, `/path?view=state`. */
export function navigate(to: string, { replace = false, stays = false }: NavigateOptions = {}): void {
  const url = `${location.pathname}${location.search}#/${to.replace(/^#?\/?/, '')}`
  if (replace) history.replaceState(history.state, '', url)
  else history.pushState(stays ? { stays } : null, '', url)
  window.dispatchEvent(new Event(changed))
}

/** The router's hook. */
export function useHashLocation(): [path: string, navigate: (to: string, options?: NavigateOptions) => void] {
  return [useSyncExternalStore(subscribe, pathOf), navigate]
}
useHashLocation.hrefs = (href: string): string => `#${href}`

/** Names the entry of the history that is shown: going somewhere makes a new one, going back finds the old one. */
export const usePlace = (): number => useSyncExternalStore(subscribe, placeOf)

function placeOf(): number {
  const state = entryState()
  if (state.place !== undefined) return state.place
  const place = performance.timeOrigin + performance.now()
  history.replaceState({ ...state, place }, '')
  return place
}

/** Whether the entry that is shown is scrolled, at first, as the one it was made from. */
export const placeStays = (): boolean => entryState().stays === true

/** Sets a value of the view's state; unless told otherwise it takes the place of the present address. */
export type SetAddressState = (value: string, options?: NavigateOptions) => void

/** One value of the view's state in the address, so that a copied link shows the same; empty text removes it. */
export function useAddressState(name: string, fallback = ''): [value: string, set: SetAddressState] {
  const query = useSyncExternalStore(subscribe, queryOf)
  const value = useMemo(() => new URLSearchParams(query).get(name) ?? fallback, [query, name, fallback])
  const set = useCallback(
    (next: string, options: NavigateOptions = { replace: true }): void => {
      const parameters = new URLSearchParams(queryOf())
      if (next === '' || next === fallback) parameters.delete(name)
      else parameters.set(name, next)
      const text = parameters.toString()
      navigate(text === '' ? pathOf() : `${pathOf()}?${text}`, options)
    },
    [name, fallback],
  )
  return [value, set]
}
