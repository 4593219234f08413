import { cssColour, parseColour } from '../lib/colour.ts'
import { bandOpacity, faintOpacity, fillsDown } from './band.ts'
import { endLabels, labelHeight } from './end-labels.ts'
import { spreadLabels } from './label-layout.ts'
import type { ChartContent, ChartLine, DrawnLine, PaintedChart } from './line-chart.ts'
import type { Point } from './line-points.ts'
import { paintMarks } from './marks.ts'

/** The part of a 2D context that charts need; tests record it. */
export type ChartContext = Pick<
  CanvasRenderingContext2D,
  | 'save'
  | 'restore'
  | 'beginPath'
  | 'closePath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'rect'
  | 'clip'
  | 'stroke'
  | 'fill'
  | 'fillRect'
  | 'fillText'
  | 'measureText'
  | 'setLineDash'
  | 'strokeStyle'
  | 'fillStyle'
  | 'lineWidth'
  | 'lineJoin'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
>

export const chartFont = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
const labelGap = 6
/** Below this many points a line shows each of them. */
const fewPoints = 30
/** Up to so many times the chart's width a line may go up and down and still be dashed. */
const dashedTravel = 8
/** How far points and thick lines may reach out of the area. */
const overhang = 3
/** Opacity of the points behind a smoothed line. */
const pointOpacity = 0.5

/** Paints lines, marks and names over the axes. */
export function paintLines(
  context: ChartContext,
  chart: PaintedChart,
  { style: { palette, bands }, marks }: Pick<ChartContent, 'style' | 'marks'>,
): void {
  const { area, lines } = chart
  paintMarks(context, chart, marks, palette)
  context.save()
  context.beginPath()
  const [width, height] = [area.right - area.left, area.bottom - area.top]
  context.rect(area.left - overhang, area.top - overhang, width + 2 * overhang, height + 2 * overhang)
  context.clip()
  const own = lines.map(({ line }) => line)
  lines.forEach((line, index) => {
    if (fillsDown(own, index, bands)) paintBand(context, chart, line, lines[index + 1]!)
  })
  // The first line lies on top.
  for (const line of lines.toReversed()) paintBehind(context, chart, line)
  for (const line of lines.toReversed()) paintLine(context, chart, line)
  context.restore()
  paintNames(context, chart, endLabels(own, chart.size))
}

/**
 * Begins a path along the points, broken where an axis has no place for one. Returns how far it goes up and down altogether,
 * pixels.
 */
function tracePath(context: ChartContext, { x, y }: PaintedChart, points: readonly Point[]): number {
  context.beginPath()
  let broken = true
  let travel = 0
  let before = 0
  for (const point of points) {
    const height = y.pixelOf(point.y)
    if (Number.isNaN(height)) broken = true
    else if (broken) {
      context.moveTo(x.pixelOf(point.x), height)
      broken = false
    } else {
      context.lineTo(x.pixelOf(point.x), height)
      travel += Math.abs(height - before)
    }
    before = height
  }
  return travel
}

/** Fills the room between a line and the next one. */
function paintBand(context: ChartContext, chart: PaintedChart, upper: DrawnLine, lower: DrawnLine): void {
  const { x, y } = chart
  tracePath(context, chart, upper.main)
  for (const point of lower.main.toReversed()) {
    const height = y.pixelOf(point.y)
    if (!Number.isNaN(height)) context.lineTo(x.pixelOf(point.x), height)
  }
  context.closePath()
  context.fillStyle = cssColour(parseColour(upper.line.colour), bandOpacity)
  context.fill()
}

/** The raw values behind a smoothed line; an edge has none. */
function paintBehind(context: ChartContext, chart: PaintedChart, { line, behind }: DrawnLine): void {
  if (behind.length === 0 || line.edge) return
  const colour = parseColour(line.colour)
  context.strokeStyle = cssColour(colour, faintOpacity)
  context.lineWidth = 1
  context.lineJoin = 'bevel'
  tracePath(context, chart, behind)
  context.stroke()
  if (behind.length <= fewPoints) paintPoints(context, chart, behind, 1.5, cssColour(colour, pointOpacity))
}

function paintLine(context: ChartContext, chart: PaintedChart, { line, main }: DrawnLine): void {
  const { colour, dash, edge, smoothed } = line
  context.strokeStyle = edge ? cssColour(parseColour(colour), faintOpacity) : colour
  context.lineWidth = edge ? 0.75 : 1.75
  const width = chart.area.right - chart.area.left
  // Where points lie side by side no corner is seen, and round ones are dear.
  context.lineJoin = main.length < width / 4 ? 'round' : 'bevel'
  const travel = tracePath(context, chart, main)
  // So are the dashes of a line that goes up and down on every pixel, where nobody could tell them.
  context.setLineDash(travel < dashedTravel * width ? [...dash] : [])
  context.stroke()
  context.setLineDash([])
  if (main.length <= fewPoints && !smoothed && !edge) paintPoints(context, chart, main, 2.5, colour)
}

function paintPoints(
  context: ChartContext,
  { x, y }: PaintedChart,
  points: readonly Point[],
  radius: number,
  colour: string,
): void {
  context.fillStyle = colour
  for (const point of points) {
    const height = y.pixelOf(point.y)
    if (Number.isNaN(height)) continue
    context.beginPath()
    context.arc(x.pixelOf(point.x), height, radius, 0, 2 * Math.PI)
    context.fill()
  }
}

/** Writes each line's name at its right end, in its colour, kept apart from the others. */
function paintNames(
  context: ChartContext,
  { area, x, y, lines }: PaintedChart,
  labels: ReadonlyMap<ChartLine, string>,
): void {
  const ends = lines.flatMap(({ line, main }) => {
    const last = main.findLast((point) => point.x <= x.max && !Number.isNaN(y.pixelOf(point.y)))
    const label = labels.get(line)
    return last && label !== undefined ? [{ line, label, height: y.pixelOf(last.y) }] : []
  })
  const heights = spreadLabels(
    ends.map(({ height }) => height),
    labelHeight,
    area.top,
    area.bottom,
  )
  context.font = chartFont
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  ends.forEach(({ line, label }, index) => {
    context.fillStyle = line.colour
    context.fillText(label, area.right + labelGap, heights[index]!)
  })
}
