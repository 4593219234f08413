import { type RefObject, useEffect, useState } from 'react'

/** How far from the sight things are made, pixels: before a scroll can reach them. */
const reachPx = 600

interface Watch {
  readonly observer: IntersectionObserver
  readonly waiting: Map<Element, () => void>
}

/** One observer per scrolling box: a page may watch a hundred places. */
const watches = new WeakMap<Element, Watch>()

function watchOf(root: Element): Watch {
  const known = watches.get(root)
  if (known) return known
  const waiting = new Map<Element, () => void>()
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) waiting.get(target)?.()
    },
    { root, rootMargin: `${reachPx}px 0px` },
  )
  const watch = { observer, waiting }
  watches.set(root, watch)
  return watch
}

/** Whether any of the element is inside the box it scrolls in. Asks the browser for its layout. */
export function isInSight(element: Element): boolean {
  const sight = (element.closest('.page-scroll') ?? document.documentElement).getBoundingClientRect()
  const { top, bottom } = element.getBoundingClientRect()
  return bottom > sight.top && top < sight.bottom
}

/** True from when the place first comes near the sight; places that are `eager` are at once. */
export function useNearSight(place: RefObject<Element | null>, eager = false): boolean {
  const [near, setNear] = useState(eager)
  useEffect(() => {
    const element = place.current
    const root = element?.closest('.page-scroll')
    if (near || !element || !root) return
    const { observer, waiting } = watchOf(root)
    waiting.set(element, () => setNear(true))
    observer.observe(element)
    return () => {
      waiting.delete(element)
      observer.unobserve(element)
    }
  }, [near, place])
  return near
}
