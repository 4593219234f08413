import { formatNumber } from '../lib/format.ts'
import { type AxisId, axes } from './axis.ts'
import { type AxisScale, axisScale, type Ends, onPixels, type PixelScale, widened } from './axis-scale.ts'
import type { LineEdge } from './band.ts'
import { pointsInSight } from './decimate.ts'
import type { LinePoints, Point } from './line-points.ts'
import type { ChartPalette } from './palette.ts'

export interface ChartLine {
  readonly label: string
  readonly colour: string
  readonly dash: readonly number[]
  readonly points: LinePoints
  /** Drawn smoothed, with the raw line faint behind it. */
  readonly smoothed: boolean
  readonly edge?: LineEdge
}

export interface ChartStyle {
  readonly palette: ChartPalette
  readonly suggestedRange?: readonly [from: number, to: number]
  readonly axis: AxisId
  readonly logX: boolean
  readonly logY: boolean
  /** Fills the room between each line and the next. */
  readonly bands: boolean
}

export interface ChartSize {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
}

/** A line with the points of it that can be told apart. */
export interface DrawnLine {
  readonly line: ChartLine
  /** The smoothed points of a smoothed line, and else the raw ones. */
  readonly main: readonly Point[]
  /** The raw points behind a smoothed line. */
  readonly behind: readonly Point[]
}

export interface ChartArea {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Where everything of a chart is. */
export interface LineChart {
  readonly size: ChartSize
  /** Where the lines are drawn. */
  readonly area: ChartArea
  readonly x: PixelScale
  readonly y: PixelScale
  readonly lines: readonly DrawnLine[]
}

export const chartFont = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
/** Distance of a tick's label from the lines, and the room below them. */
export const tickGap = 6
const xLabelsHeight = 22
const top = 8
const right = 10
const longestLabel = 18
const mostTicks = { x: 7, y: 6 } as const
/** Free room between two labels of the x axis. */
const betweenLabels = 12

/** A line's name as its end shows it. */
export const endLabel = (label: string): string =>
  label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label

/**
 * Lays a chart out: chooses the points of each line that can be told apart in the range of the x axis (null: all of it), the
 * axes around them, and the room for their labels. `measure` is the width of a text in `chartFont`, pixels.
 */
export function layOutChart(
  lines: readonly ChartLine[],
  style: ChartStyle,
  size: ChartSize,
  range: Ends | null,
  measure: (text: string) => number,
): LineChart {
  const rightRoom = right + (namesLines(lines) ? namesRoom(lines, measure) : 0)
  const sight = { range, pixels: Math.max(1, size.width - rightRoom), logarithmic: style.logX }
  const drawn = lines.map((line): DrawnLine => {
    const raw = pointsInSight(line.points, line.points.raw, sight)
    const { points, smoothed } = line
    return smoothed
      ? { line, main: pointsInSight(points, points.smooth, sight), behind: raw }
      : { line, main: raw, behind: [] }
  })
  const y = yScale(drawn, style, range)
  const left = tickGap + Math.ceil(Math.max(0, ...y.ticks.map(({ label }) => measure(label))))
  const area = { left, right: Math.max(left + 1, size.width - rightRoom), top, bottom: size.height - xLabelsHeight }
  const x = xScale(lines, style, range, (scale) => fits(scale, area.right - area.left, measure))
  return {
    ...{ size, area, lines: drawn },
    x: onPixels(x, area.left, area.right),
    y: onPixels(y, area.bottom, area.top),
  }
}

/** Whether each line's name is written at its end. */
export const namesLines = (lines: readonly ChartLine[]): boolean => lines.length > 1

const namesRoom = (lines: readonly ChartLine[], measure: (text: string) => number): number =>
  Math.ceil(Math.max(0, ...lines.filter(({ edge }) => !edge).map(({ label }) => measure(endLabel(label)))))

/** The x axis with as many ticks as have room for their labels. */
function xScale(
  lines: readonly ChartLine[],
  { axis, logX }: ChartStyle,
  range: Ends | null,
  hasRoom: (scale: AxisScale) => boolean,
): AxisScale {
  const ends = range ?? xEnds(lines, logX)
  const of = (ticks: number): AxisScale =>
    axisScale(ends, { logarithmic: logX, ticks, whole: true, exact: range !== null, format: axes[axis].format })
  let ticks: number = mostTicks.x
  while (ticks > 2 && !hasRoom(of(ticks))) ticks--
  return of(ticks)
}

function fits({ ticks, part }: AxisScale, width: number, measure: (text: string) => number): boolean {
  return ticks.every(({ value, label }, index) => {
    const next = ticks[index + 1]
    if (!next) return true
    const needed = (measure(label) + measure(next.label)) / 2 + betweenLabels
    return (part(next.value) - part(value)) * width >= needed
  })
}

/** From the start of training to the last point; a logarithmic axis begins with the first point above zero. */
function xEnds(lines: readonly ChartLine[], logarithmic: boolean): Ends {
  const filled = lines.filter(({ points }) => points.count > 0)
  const last = Math.max(0, ...filled.map(({ points }) => points.x[points.count - 1]!))
  if (!logarithmic) return [0, last || 1]
  const firsts = filled.map(({ points }) => points.x.subarray(0, points.count).find((place) => place > 0) ?? last)
  const first = Math.min(last, ...firsts)
  return first > 0 && first < last ? [first, last] : [last || 1, 10 * (last || 1)]
}

function yScale(drawn: readonly DrawnLine[], { logY, suggestedRange }: ChartStyle, range: Ends | null): AxisScale {
  const options = { ticks: mostTicks.y, whole: false, exact: false, format: (value: number) => formatNumber(value, 3) }
  const ends = valueEnds(drawn, range, logY ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY)
  if (!logY) {
    const [low, high] = suggestedRange
      ? [Math.min(ends[0], suggestedRange[0]), Math.max(ends[1], suggestedRange[1])]
      : ends
    return axisScale(widened([low, high]), { ...options, logarithmic: false })
  }
  const [low, high] = ends[0] <= ends[1] ? ends : [0.1, 1]
  return axisScale(low < high ? [low, high] : [low / 2, 2 * high], { ...options, logarithmic: true })
}

/** Least and greatest value of at least `floor` in the range; the first greater than the second when there is none. */
function valueEnds(drawn: readonly DrawnLine[], range: Ends | null, floor: number): Ends {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const [from, to] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { main, behind } of drawn)
    for (const points of [main, behind])
      for (const { x, y } of points) {
        if (x < from || x > to || y < floor) continue
        if (y < low) low = y
        if (y > high) high = y
      }
  return [low, high]
}
