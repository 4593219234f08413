import { formatFixed } from '../../lib/format.ts'

const significant = 4
const mostDecimals = 8

/** Two numbers and how far the second is from the first, all to the decimals that show four digits of the greater. */
export function scoreTexts(sampled: number, scored: number): [sampled: string, scored: string, difference: string] {
  const size = Math.max(Math.abs(sampled), Math.abs(scored))
  const wanted = size > 0 && Number.isFinite(size) ? significant - 1 - Math.floor(Math.log10(size)) : 0
  const decimals = Math.min(mostDecimals, Math.max(0, wanted))
  const text = (value: number): string =>
    formatFixed(Number.isFinite(value) ? Number(value.toFixed(decimals)) + 0 : null, decimals)
  return [text(sampled), text(scored), text(scored - sampled)]
}
