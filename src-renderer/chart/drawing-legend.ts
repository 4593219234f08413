import { shortened, textWidth } from './text-width.ts'

/** A name with its value, and where it stands in the legend. */
interface LegendEntry {
  readonly text: string
  readonly x: number
  readonly row: number
}

/** Width of the piece of line before a name. */
export const swatchWidth = 18
const swatchGap = 5
const entryGap = 14

/** Lays names and values side by side in rows of the width; a name is shortened before its value would be cut. */
export function layLegend(
  entries: readonly { readonly label: string; readonly value: string }[],
  width: number,
  fontSize: number,
): LegendEntry[] {
  let [x, row] = [0, 0]
  return entries.map(({ label, value }) => {
    const room = width - swatchWidth - swatchGap
    const text = `${shortened(label, room - textWidth(` ${value}`, fontSize), fontSize)} ${value}`
    const needed = swatchWidth + swatchGap + textWidth(text, fontSize)
    if (x > 0 && x + needed > width) [x, row] = [0, row + 1]
    const placed = { text, x: x + swatchWidth + swatchGap, row }
    x += needed + entryGap
    return placed
  })
}
