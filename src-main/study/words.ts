/** Figures as the report writes them. */
import type { Interval } from './statistics.ts'

export const signedPoints = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`
export const withBounds = ({ mean: middle, low, high }: Interval): string =>
  `${signedPoints(middle)} points [${signedPoints(low)}, ${signedPoints(high)}]`
export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
export const seedCount = (seeds: number): string => (seeds === 1 ? 'one seed' : `${seeds} seeds`)
