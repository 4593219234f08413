/** Joins any number of requests to one call per animation frame. */
export interface FrameQueue {
  /** Asks for `work` in the next frame; asking again before it ran changes nothing. */
  request(work: () => void): void
  cancel(work: () => void): void
}

export function createFrameQueue(schedule: (callback: () => void) => void): FrameQueue {
  const waiting = new Set<() => void>()
  let scheduled = false
  const flush = (): void => {
    scheduled = false
    const works = [...waiting]
    waiting.clear()
    for (const work of works) work()
  }
  return {
    request(work) {
      waiting.add(work)
      if (scheduled) return
      scheduled = true
      schedule(flush)
    },
    cancel(work) {
      waiting.delete(work)
    },
  }
}

/** The page's queue. Hidden pages get no frames, so nothing is painted for nobody. */
export const frames: FrameQueue = createFrameQueue((callback) => requestAnimationFrame(callback))
