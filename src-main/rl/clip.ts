import { clipFlag } from './methods/method.ts'

/** The log-ratio is held in this range before exp, as verl does; outside, the gradient is zero. */
const usualLogRatios = [-20, 20] as const

export interface ClipBounds {
  /** The ratio is clipped below at 1 − low and above at 1 + high. */
  readonly low: number
  readonly high: number
  /** Dual clip: the loss of a negative advantage is at most −A · dual; null for none. */
  readonly dual: number | null
  /** Where the log-ratio is held before exp; [-20, 20] when absent. */
  readonly logRatios?: readonly [number, number]
}

export interface PolicyTerm {
  /** Importance ratio r = exp(lp − lp_old). */
  readonly ratio: number
  readonly loss: number
  /** dloss/dlp */
  readonly gradient: number
  /** Bits of `clipFlag`; at most one is set. */
  readonly clip: number
}

/** No bound on the ratio, and none on its logarithm. */
export const unclipped: ClipBounds = {
  low: Number.POSITIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  dual: null,
  logRatios: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
}

/**
 * Clipped policy loss of one token (PPO, arXiv 1707.06347; dual clip, arXiv 1912.09729), minimised:
 *
 *     max(−A r, −A clamp(r, 1 − low, 1 + high)),  and for A < 0 at most −A · dual
 *
 * Exactly on a bound the token counts as not clipped.
 */
export function clippedLoss(logRatio: number, advantage: number, bounds: ClipBounds): PolicyTerm {
  const heldLogRatio = clamp(logRatio, ...(bounds.logRatios ?? usualLogRatios))
  const ratio = Math.exp(heldLogRatio)
  const clipped = clamp(ratio, 1 - bounds.low, 1 + bounds.high)
  const loss = Math.max(-advantage * ratio, -advantage * clipped)
  const clip = clipOf(ratio, advantage, bounds)
  return {
    ratio,
    loss: advantage < 0 && bounds.dual !== null ? Math.min(loss, -advantage * bounds.dual) : loss,
    gradient: clip === 0 && heldLogRatio === logRatio ? -advantage * ratio : 0,
    clip,
  }
}

function clipOf(ratio: number, advantage: number, { low, high, dual }: ClipBounds): number {
  if (advantage > 0) return ratio > 1 + high ? clipFlag.high : 0
  if (advantage === 0) return 0
  if (ratio < 1 - low) return clipFlag.low
  return dual !== null && ratio > dual ? clipFlag.dual : 0
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
