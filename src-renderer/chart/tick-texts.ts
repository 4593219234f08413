import { formatTick } from '../lib/format.ts'

const mostDigits = 12

/** The texts of an axis's ticks, with three digits or as many more as tell them apart. */
export function tickTexts(values: readonly number[], unit = ''): string[] {
  for (let digits = 3; ; digits++) {
    const texts = values.map((value) => formatTick(value, unit, digits))
    if (digits === mostDigits || new Set(texts).size === texts.length) return texts
  }
}
