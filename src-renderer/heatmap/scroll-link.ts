/** The part of an element that scrolling needs; pixels. */
export interface Scrollable {
  scrollTop: number
  scrollLeft: number
}

/** Keeps boxes at one scroll position; a shorter one waits at its end. */
export interface ScrollLink {
  /** Adds a box; the answer takes it out again. */
  readonly join: (box: Scrollable) => () => void
  /** Tells that a box was scrolled: the others follow. */
  readonly moved: (box: Scrollable) => void
}

export function createScrollLink(): ScrollLink {
  const boxes = new Set<Scrollable>()
  // A box that was moved by another tells of it too: that echo must not pull the first one back to a shorter end.
  const expected = new Map<Scrollable, readonly [top: number, left: number]>()
  return {
    join: (box) => {
      boxes.add(box)
      return () => {
        boxes.delete(box)
        expected.delete(box)
      }
    },
    moved: (box) => {
      const echo = expected.get(box)
      expected.delete(box)
      if (echo?.[0] === box.scrollTop && echo[1] === box.scrollLeft) return
      for (const other of boxes) {
        if (other === box) continue
        const before = [other.scrollTop, other.scrollLeft]
        other.scrollTop = box.scrollTop
        other.scrollLeft = box.scrollLeft
        if (before[0] !== other.scrollTop || before[1] !== other.scrollLeft)
          expected.set(other, [other.scrollTop, other.scrollLeft])
      }
    },
  }
}
