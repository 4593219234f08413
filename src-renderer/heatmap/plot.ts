import { t } from '../lib/i18n/translate.ts'
import type { HeatmapPalette } from './colours.ts'

/** Columns of the plot: what the tokens under each pixel reach, of both classes. */
export interface PlotColumns {
  /** Least and greatest value per pixel; NaN where no token of the class is. */
  readonly knowledge: readonly [low: Float32Array, high: Float32Array]
  readonly reasoning: readonly [low: Float32Array, high: Float32Array]
}

/** First and last token of the shown part. */
export type TokenRange = readonly [from: number, to: number]

/** Reduces the values of the tokens in the range to one column per pixel; each class keeps its extremes. */
export function plotColumns(
  values: Float32Array,
  reasoning: Uint8Array,
  [from, to]: TokenRange,
  width: number,
): PlotColumns {
  const empty = (): [Float32Array, Float32Array] => [
    new Float32Array(width).fill(Number.NaN),
    new Float32Array(width).fill(Number.NaN),
  ]
  const columns = { knowledge: empty(), reasoning: empty() }
  for (let token = from; token <= to; token++) {
    const value = values[token]!
    const [low, high] = reasoning[token] === 1 ? columns.reasoning : columns.knowledge
    const pixel = Math.min(width - 1, Math.floor(pixelOf(token, [from, to], width)))
    if (!(low[pixel]! <= value)) low[pixel] = value
    if (!(high[pixel]! >= value)) high[pixel] = value
  }
  return columns
}

/** Tokens to either side of one that is looked at closely. */
const aroundTokens = 50

/** The part of a response around a token; null when that is all of it or there is no token. */
export function rangeAround(token: number, count: number): TokenRange | null {
  if (token < 0 || count <= 2 * aroundTokens) return null
  const from = Math.min(Math.max(0, token - aroundTokens), count - 1 - 2 * aroundTokens)
  return [from, from + 2 * aroundTokens]
}

/** The middle of a token on the axis, pixels. */
export function pixelOf(token: number, [from, to]: TokenRange, width: number): number {
  return ((token - from + 0.5) / (to - from + 1)) * width
}

/** The token at a pixel of the axis. */
export function tokenAtPixel(pixel: number, [from, to]: TokenRange, width: number): number {
  return Math.min(to, Math.max(from, from + Math.floor((pixel / width) * (to - from + 1))))
}

export type PlotContext = Pick<
  CanvasRenderingContext2D,
  | 'fillRect'
  | 'fillText'
  | 'fillStyle'
  | 'font'
  | 'textBaseline'
  | 'textAlign'
  | 'strokeRect'
  | 'strokeStyle'
  | 'lineWidth'
>

export interface PlotCategory {
  readonly name: string
  readonly colour: string
}

export interface PlotScene {
  /** What the values count, where they are no quantity: each pixel then has the colour of its greatest. */
  readonly categories: readonly PlotCategory[] | null
  readonly columns: PlotColumns
  readonly range: TokenRange
  readonly extent: readonly [low: number, high: number]
  /** Where columns grow from. */
  readonly origin: number
  /** A value of the y axis as people read it. */
  readonly format: (value: number, digits?: number) => string
  /** The class threshold, where the shown values are entropies. */
  readonly threshold: number | null
  readonly palette: HeatmapPalette
  readonly width: number
  readonly height: number
}

const top = 4
const axis = 14
const heightOf = ({ extent: [low, high], height }: PlotScene, value: number): number =>
  top + (1 - (value - low) / (high - low)) * (height - axis - top)

/** Paints both classes or the categories, the threshold and the ends of the axes on a cleared layer. */
export function paintPlot(context: PlotContext, scene: PlotScene): void {
  const { range, palette, width, height } = scene
  if (scene.categories) paintCategories(context, scene, scene.categories)
  else paintColumns(context, scene)
  context.fillStyle = palette.quiet
  context.font = '11px system-ui, sans-serif'
  context.textBaseline = 'bottom'
  context.textAlign = 'left'
  context.fillText(t('token {number}', { number: String(range[0] + 1) }), 0, height)
  context.textAlign = 'right'
  context.fillText(String(range[1] + 1), width, height)
  if (scene.categories) return
  context.textBaseline = 'top'
  context.fillText(scene.format(scene.extent[1], 3), width, 0)
}

/** Width of a token's column, pixels. */
const stemOf = ({ range, width }: PlotScene, widest: number): number =>
  Math.max(1, Math.min(widest, width / (range[1] - range[0] + 1) - 1))

function paintCategories(context: PlotContext, scene: PlotScene, categories: readonly PlotCategory[]): void {
  const { columns, width, height } = scene
  const stem = stemOf(scene, width)
  const [knowledge, reasoning] = [columns.knowledge[1], columns.reasoning[1]]
  for (let pixel = 0; pixel < width; pixel++) {
    // A pixel without a token of a class has no number for it.
    const category = Math.max(knowledge[pixel]! || 0, reasoning[pixel]! || 0)
    if (Number.isNaN(knowledge[pixel]!) && Number.isNaN(reasoning[pixel]!)) continue
    context.fillStyle = categories[category]!.colour
    context.fillRect(pixel - stem / 2, top, stem, height - axis - top)
  }
}

function paintColumns(context: PlotContext, scene: PlotScene): void {
  const { columns, palette, width } = scene
  const stem = stemOf(scene, 6)
  for (const name of ['knowledge', 'reasoning'] as const) {
    const [low, high] = columns[name]
    context.fillStyle = name === 'reasoning' ? palette.classMark : palette.focus
    for (let pixel = 0; pixel < width; pixel++) {
      if (Number.isNaN(high[pixel]!)) continue
      const upper = heightOf(scene, Math.max(high[pixel]!, scene.origin))
      const lower = heightOf(scene, Math.min(low[pixel]!, scene.origin))
      context.fillRect(pixel - stem / 2, upper, stem, Math.max(1, lower - upper))
    }
  }
  if (scene.threshold !== null) {
    context.fillStyle = palette.hover
    const y = Math.round(heightOf(scene, scene.threshold))
    for (let x = 0; x < width; x += 6) context.fillRect(x, y, 3, 1)
  }
}

export interface PlotMarks {
  /** First and last token in sight of the text. */
  readonly sight: TokenRange | null
  readonly hovered: number
  readonly focused: number
  /** First tokens of what a search found. */
  readonly found: readonly number[]
  /** Pixels of the brush being drawn. */
  readonly brush: readonly [from: number, to: number] | null
}

/** Paints which part the text shows, what was found, and the hovered and focused token. */
export function paintPlotMarks(context: PlotContext, scene: PlotScene, marks: PlotMarks): void {
  const { range, palette, width, height } = scene
  const at = (token: number): number => pixelOf(token, range, width)
  const bottom = height - axis
  if (marks.sight) {
    const half = width / (range[1] - range[0] + 1) / 2
    const from = Math.max(0, at(marks.sight[0]) - half)
    const to = Math.min(width, at(marks.sight[1]) + half)
    if (to > from && to - from < width - 1) {
      context.fillStyle = palette.sight
      context.fillRect(from, 0, Math.max(2, to - from), bottom)
    }
  }
  context.fillStyle = palette.found
  for (const token of marks.found)
    if (token >= range[0] && token <= range[1]) context.fillRect(at(token) - 1, bottom + 1, 2, 4)
  if (marks.brush) {
    context.fillStyle = palette.sight
    context.fillRect(Math.min(...marks.brush), 0, Math.abs(marks.brush[1] - marks.brush[0]), bottom)
  }
  const lines = [
    [marks.focused, palette.focus, 2],
    [marks.hovered, palette.hover, 1],
  ] as const
  for (const [token, colour, lineWidth] of lines) {
    if (token < range[0] || token > range[1]) continue
    context.fillStyle = colour
    context.fillRect(at(token) - lineWidth / 2, 0, lineWidth, bottom)
  }
}
