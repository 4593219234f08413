import { type FocusEvent, type KeyboardEvent, type RefObject, useCallback, useLayoutEffect, useRef } from 'react'

const controlSelector = 'a[href], button, input, select'
const controlsOf = (row: Element): HTMLElement[] => [...row.querySelectorAll<HTMLElement>(controlSelector)]

interface RovingRows<Box> {
  readonly ref: RefObject<Box | null>
  readonly 'data-rows': true
  readonly onFocus: (event: FocusEvent) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/**
 * Rows of which one is in the order of Tab: the one that had the focus last, or the first. The arrow keys go to the row
 * above and below, to the control at the same place. `rowSelector` finds the rows in the box the result is spread on.
 */
export function useRovingRows<Box extends HTMLElement>(rowSelector: string): RovingRows<Box> {
  const box = useRef<Box>(null)
  const current = useRef<Element | null>(null)
  const rows = useCallback(
    () => [...(box.current?.querySelectorAll(rowSelector) ?? [])].filter((row) => controlsOf(row).length > 0),
    [rowSelector],
  )
  const settle = useCallback(() => {
    const all = rows()
    if (!current.current || !all.includes(current.current)) current.current = all[0] ?? null
    for (const row of all) for (const control of controlsOf(row)) control.tabIndex = row === current.current ? 0 : -1
  }, [rows])
  // Without dependencies: whatever was drawn anew may have brought rows.
  useLayoutEffect(settle)
  return {
    ref: box,
    'data-rows': true,
    onFocus: ({ target }) => {
      const row = target.closest(rowSelector)
      if (!row || row === current.current) return
      current.current = row
      settle()
    },
    onKeyDown: (event) => {
      const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      const row = (event.target as Element).closest(rowSelector)
      if (by === 0 || !row || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
      const all = rows()
      const next = all[all.indexOf(row) + by]
      if (!next) return
      event.preventDefault()
      const there = controlsOf(next)
      there[Math.min(controlsOf(row).indexOf(event.target as HTMLElement), there.length - 1)]?.focus()
    },
  }
}
