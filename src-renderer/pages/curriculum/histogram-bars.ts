import type { EntropyBin } from '../../../src-preload/contract/curriculum.ts'

interface Bar {
  readonly x: number
  readonly y: number
  readonly barWidth: number
  readonly barHeight: number
  readonly bin: EntropyBin
}

/** Bars side by side in a box; the largest fills its height. A bar with any prompt is at least a line high. */
export function histogramBars(
  bins: readonly EntropyBin[],
  width: number,
  height: number,
): { bars: Bar[]; largest: number } {
  const largest = Math.max(0, ...bins.map(({ prompts }) => prompts))
  const step = width / Math.max(1, bins.length)
  const bars = bins.map((bin, index): Bar => {
    const barHeight = bin.prompts === 0 ? 0 : Math.max(1, (bin.prompts / largest) * height)
    return { x: index * step, y: height - barHeight, barWidth: step - 2, barHeight, bin }
  })
  return { bars, largest }
}
