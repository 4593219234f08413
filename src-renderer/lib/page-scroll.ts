import { type RefObject, useLayoutEffect, useRef } from 'react'
import { placeStays, usePlace } from './hash-location.ts'

/** How far each entry of the history was scrolled. */
const scrolled = new Map<number, number>()

/** How long a page that was left scrolled is waited for to be as high again. */
const settleMs = 2000

/** How long the browser's smooth scroll takes at most. */
const glideMs = 1000

const readerMoves = ['wheel', 'keydown', 'pointerdown'] as const

/**
 * The box that scrolls the pages: a new page begins at its top, one gone back to is found where it was left. Focus that
 * went with the old page goes to the box, so that the keys scroll and Tab goes on from the page's beginning.
 */
export function usePageScroll(): RefObject<HTMLElement | null> {
  const box = useRef<HTMLElement>(null)
  const place = usePlace()
  const first = useRef(true)
  const moved = useRef(Number.NEGATIVE_INFINITY)
  useLayoutEffect(() => {
    const element = box.current!
    const gliding = performance.now() - moved.current < glideMs
    const top = scrolled.get(place) ?? (placeStays() ? element.scrollTop : 0)
    const stop = settleAt(element, top, gliding)
    const keep = (): void => {
      moved.current = performance.now()
      scrolled.set(place, element.scrollTop)
    }
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

/**
 * Scrolls to `top` as soon as the page is high enough for it, and holds it there against a smooth scroll that was under
 * way on the page before: the browser goes on with it. A turn of the wheel, a key or a press ends that.
 */
function settleAt(element: HTMLElement, top: number, gliding: boolean): () => void {
  const settle = (): void => {
    element.scrollTop = top
  }
  const content = new MutationObserver(settle)
  const stop = (): void => {
    content.disconnect()
    clearTimeout(timer)
    element.removeEventListener('scroll', settle)
    for (const kind of readerMoves) window.removeEventListener(kind, stop)
  }
  const timer = setTimeout(stop, settleMs)
  if (top > 0) content.observe(element, { childList: true, subtree: true })
  if (gliding) element.addEventListener('scroll', settle)
  for (const kind of readerMoves) window.addEventListener(kind, stop)
  settle()
  return stop
}
