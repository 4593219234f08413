/** How values become a part of a sequential scale: evenly, or each power of ten the same room. */
export const scaleShapes = ['linear', 'log'] as const
export type ScaleShape = (typeof scaleShapes)[number]

/** Powers of ten a logarithmic scale spans below its end; always the same, so that one colour means one value wherever the end is held. */
const logDecades = 4

/** Where a distance from the origin lies on a scale that reaches to `end`: 0 to 1, or beyond on an even one. */
export function scalePart(distance: number, end: number, shape: ScaleShape): number {
  const part = distance / end
  if (shape === 'linear') return part
  return part > 0 ? Math.max(0, 1 + Math.log10(part) / logDecades) : 0
}

/** The distance from the origin at a part of the scale. */
export function scaleDistance(part: number, end: number, shape: ScaleShape): number {
  return shape === 'linear' ? part * end : end * 10 ** (logDecades * (part - 1))
}

/** The shape a channel is shown in: a scale around an origin has no logarithm, categories have no scale. */
export const shapeOf = (kind: string, chosen: ScaleShape): ScaleShape => (kind === 'sequential' ? chosen : 'linear')
