/** Joins any number of requests to one call per animation frame. */
export interface FrameQueue {
  /** Asks for `work` in the next frame; asking again before it ran changes nothing. */
  request(work: () => void): void
  /** Asks for `work` in one of the next frames: one such piece a frame, and only after all that was requested. */
  requestInTurn(work: () => void): void
  cancel(work: () => void): void
}

export interface FrameQueueOptions {
  /** Calls back in the next frame. */
  readonly schedule: (callback: () => void) => void
  readonly nowMs: () => number
  /** When the work of a frame has taken this long, the rest waits for the next one: the page stays answerable. */
  readonly budgetMs: number
}

export function createFrameQueue({ schedule, nowMs, budgetMs }: FrameQueueOptions): FrameQueue {
  const waiting = new Set<() => void>()
  const inTurn = new Set<() => void>()
  let scheduled = false
  const plan = (): void => {
    if (scheduled || waiting.size + inTurn.size === 0) return
    scheduled = true
    schedule(flush)
  }
  const flush = (): void => {
    scheduled = false
    const startMs = nowMs()
    const isSpent = (): boolean => nowMs() - startMs >= budgetMs
    for (const work of [...waiting]) {
      // Work may have been cancelled by the work before it.
      if (waiting.delete(work)) work()
      if (isSpent()) break
    }
    const [next] = inTurn
    if (next && !isSpent()) {
      inTurn.delete(next)
      next()
    }
    plan()
  }
  return {
    request(work) {
      waiting.add(work)
      plan()
    },
    requestInTurn(work) {
      inTurn.add(work)
      plan()
    },
    cancel(work) {
      waiting.delete(work)
      inTurn.delete(work)
    },
  }
}

/** The page's queue. Hidden pages get no frames, so nothing is painted for nobody. */
export const frames: FrameQueue = createFrameQueue({
  schedule: (callback) => requestAnimationFrame(callback),
  nowMs: () => performance.now(),
  budgetMs: 8,
})
