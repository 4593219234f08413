import { traceFlags } from '../../src-preload/contract/trace.ts'
import type { MethodOutcome } from './methods/method.ts'

/** Class and clip marks of the tokens [start, end) of an outcome, as the bits a trace stores. */
export function methodFlags({ classes, clips }: MethodOutcome, start: number, end: number): Uint8Array {
  return Uint8Array.from({ length: end - start }, (_, token) => {
    const tokenClass = classes[start + token]!
    const clip = clips[start + token]!
    return (
      (tokenClass === 0 ? traceFlags.masked : 0) |
      (tokenClass === 2 ? traceFlags.reasoning : 0) |
      (clip & 1 ? traceFlags.clippedLow : 0) |
      (clip & 2 ? traceFlags.clippedHigh : 0) |
      (clip & 4 ? traceFlags.clippedDual : 0) |
      (clip & 8 ? traceFlags.picked : 0)
    )
  })
}
