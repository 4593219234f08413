import { expect, test } from 'vitest'
import { createScrollLink } from '../../../src-renderer/heatmap/scroll-link.ts'

/** A box that, as in a browser, goes no further than its end. */
function boxOf(end: number) {
  let top = 0
  return {
    scrollLeft: 0,
    get scrollTop() {
      return top
    },
    set scrollTop(wanted: number) {
      top = Math.min(end, Math.max(0, wanted))
    },
  }
}

test('boxes scroll together, and the echo of a shorter one does not pull the longer back', () => {
  const link = createScrollLink()
  const [long, short] = [boxOf(1000), boxOf(200)]
  link.join(long)
  const leave = link.join(short)
  long.scrollTop = 700
  link.moved(long)
  expect(short.scrollTop).toBe(200)
  link.moved(short)
  expect(long.scrollTop).toBe(700)
  short.scrollTop = 50
  link.moved(short)
  expect(long.scrollTop).toBe(50)
  leave()
  long.scrollTop = 120
  link.moved(long)
  expect(short.scrollTop).toBe(50)
})
