import { type RefObject, useLayoutEffect, useRef } from 'react'
import { usePlace } from './hash-location.ts'

/** How far each entry of the history was scrolled. */
const scrolled = new Map<number, number>()

/** How long a page that was left scrolled is waited for to be as high again. */
const restoreMs = 2000

/**
 * The box that scrolls the pages: a new page begins at its top, one gone back to is found where it was left. Focus that
 * went with the old page goes to the box, so that the keys scroll and Tab goes on from the page's beginning.
 */
export function usePageScroll(): RefObject<HTMLElement | null> {
  const box = useRef<HTMLElement>(null)
  const place = usePlace()
  const first = useRef(true)
  useLayoutEffect(() => {
    const element = box.current!
    const stop = scrollWhenHigh(element, scrolled.get(place) ?? 0)
    const keep = (): void => void scrolled.set(place, element.scrollTop)
    element.addEventListener('scroll', keep, { passive: true })
    if (!first.current && document.activeElement === document.body) element.focus({ preventScroll: true })
    first.current = false
    return () => {
      stop()
      element.removeEventListener('scroll', keep)
    }
  }, [place])
  return box
}

/** Scrolls to `top` as soon as the page is high enough for it; a turn of the wheel or a key before that ends the wait. */
function scrollWhenHigh(element: HTMLElement, top: number): () => void {
  element.scrollTop = top
  if (element.scrollTop >= Math.floor(top)) return () => {}
  const content = new MutationObserver(() => {
    element.scrollTop = top
    if (element.scrollTop >= Math.floor(top)) stop()
  })
  const timer = setTimeout(() => stop(), restoreMs)
  const stop = (): void => {
    content.disconnect()
    clearTimeout(timer)
    for (const kind of ['wheel', 'keydown', 'pointerdown']) window.removeEventListener(kind, stop)
  }
  content.observe(element, { childList: true, subtree: true })
  for (const kind of ['wheel', 'keydown', 'pointerdown']) window.addEventListener(kind, stop)
  return stop
}
