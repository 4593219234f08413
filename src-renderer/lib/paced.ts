/** A call whose work is done at once and then at most every so many milliseconds; what was asked for meanwhile is done once. */
export interface Paced {
  (): void
  /** Does waiting work now. */
  flush(): void
}

export function paced(work: () => void, everyMs: number, nowMs: () => number = () => performance.now()): Paced {
  let doneAtMs = Number.NEGATIVE_INFINITY
  let waiting: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    clearTimeout(waiting)
    waiting = undefined
    doneAtMs = nowMs()
    work()
  }
  const ask = (): void => {
    const waitMs = doneAtMs + everyMs - nowMs()
    if (waitMs <= 0) flush()
    else waiting ??= setTimeout(flush, waitMs)
  }
  return Object.assign(ask, { flush })
}
