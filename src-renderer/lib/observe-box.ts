import { isInSight } from './near-sight.ts'

export interface BoxSize {
  /** Of the content, CSS pixels. */
  readonly width: number
  readonly height: number
  readonly inSight: boolean
}

const watchers = new WeakMap<Element, (size: BoxSize) => void>()
let observer: ResizeObserver | null = null

/**
 * Tells the size of a box now and whenever it changes, before the frame is painted, until the returned function is called. All
 * boxes of a frame are measured before any is told, so that what is then drawn does not make the browser lay out the page anew.
 */
export function observeBox(box: Element, tell: (size: BoxSize) => void): () => void {
  observer ??= new ResizeObserver((entries) => {
    const sizes = entries.map(({ target, contentRect: { width, height } }) => ({
      target,
      size: { width, height, inSight: isInSight(target) },
    }))
    for (const { target, size } of sizes) watchers.get(target)?.(size)
  })
  watchers.set(box, tell)
  observer.observe(box)
  return () => {
    watchers.delete(box)
    observer?.unobserve(box)
  }
}
