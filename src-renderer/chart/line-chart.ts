/**
 * A chart of lines. Chart.js lays it out and paints the axes; the lines are a chart type of their own, `curves`, which keeps columns and
 * paints paths: the line type of Chart.js makes an object for every point at every update.
 */
import {
  BasicPlatform,
  Chart,
  type ChartOptions,
  type CoreChartOptions,
  DatasetController,
  LinearScale,
  LogarithmicScale,
  PointElement,
  type Scale,
} from 'chart.js'
import { type AxisId, axes } from './axis.ts'
import type { LineEdge } from './band.ts'
import { pointsInSight } from './decimate.ts'
import { endLabels, labelWidth } from './end-labels.ts'
import type { LinePoints, Point } from './line-points.ts'
import type { PlacedMark } from './marks.ts'
import { chartFont, paintLines } from './paint-lines.ts'
import type { ChartPalette } from './palette.ts'
import { type PixelScale, pixelScale } from './scales.ts'
import { tickTexts } from './tick-texts.ts'

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
  /** Of the values. Default: none. */
  readonly unit?: string
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

/** Where everything of a painted chart is. */
export interface PaintedChart {
  readonly size: ChartSize
  /** Where the lines are drawn. */
  readonly area: ChartArea
  readonly x: PixelScale
  readonly y: PixelScale
  readonly lines: readonly DrawnLine[]
}

/** Least and greatest; the first greater than the second where there is nothing. */
type Ends = readonly [low: number, high: number]

/** What a chart is to show. */
export interface ChartContent {
  readonly lines: readonly ChartLine[]
  readonly style: ChartStyle
  /** The shown part of the x axis; null shows all. */
  readonly range: Ends | null
  /** All of the x axis, where it reaches beyond these lines: panels of a run share it. */
  readonly extent?: Ends | null
  readonly marks: readonly PlacedMark[]
}

interface Curves extends ChartContent {
  readonly drawn: readonly DrawnLine[]
}

declare module 'chart.js' {
  interface ChartTypeRegistry {
    curves: {
      chartOptions: CoreChartOptions<'curves'>
      datasetOptions: { readonly clip: false }
      defaultDataPoint: never
      metaExtensions: object
      parsedDataType: never
      scales: 'linear' | 'logarithmic'
    }
  }
}

/** A chart of any type; those of Chart.js are not each other's subtypes. */
type AnyChart = Pick<Chart, 'chartArea' | 'scales' | 'width' | 'height'> & {
  readonly data: { readonly datasets: readonly unknown[] }
}

/** The one dataset of a chart carries its curves; the types of Chart.js would make all of them optional. */
const curvesOf = ({ data }: AnyChart): Curves => (data.datasets[0] as { readonly curves: Curves }).curves

class CurvesController extends DatasetController<'curves'> {
  static id = 'curves'
  static defaults = { datasetElementType: false, dataElementType: PointElement.id }

  override getMinMax(scale: Scale): { min: number; max: number } {
    const [min, max] = scale.axis === 'x' ? xEnds(curvesOf(this.chart)) : yEnds(curvesOf(this.chart))
    return { min, max }
  }

  /** There is nothing to keep for single points. */
  override update(): void {}

  override draw(): void {
    paintLines(this.chart.ctx, paintedChart(this.chart), curvesOf(this.chart))
  }
}

Chart.register(CurvesController, PointElement, LinearScale, LogarithmicScale)

export type LineChart = Chart<'curves', never[]>

/** An empty chart. It neither listens nor measures the page: who owns the canvas says how large it is. */
export function createLineChart(canvas: HTMLCanvasElement, size: ChartSize, content: ChartContent): LineChart {
  Object.assign(canvas, size)
  return new Chart<'curves', never[]>(canvas, {
    type: 'curves',
    data: { datasets: [dataset(content, size)] },
    options: optionsOf(content, size),
    platform: BasicPlatform,
  })
}

/** Shows other content, at another size where one is given. */
export function updateLineChart(chart: LineChart, size: ChartSize, content: ChartContent): void {
  chart.data.datasets = [dataset(content, size)]
  chart.options = optionsOf(content, size)
  if (fits(chart, size)) chart.update('none')
  else chart.resize(size.width, size.height)
}

/** Chart.js rounds sizes, and paints nothing when it is asked for one that it has. */
const fits = ({ width, height, currentDevicePixelRatio }: LineChart, size: ChartSize): boolean =>
  Math.abs(width - size.width) < 1 &&
  Math.abs(height - size.height) < 1 &&
  currentDevicePixelRatio === (globalThis.devicePixelRatio || 1)

const dataset = (content: ChartContent, size: ChartSize) => ({
  data: [],
  clip: false as const,
  curves: { ...content, drawn: drawnLines(content, size) },
})

/** Where everything is since the last update. */
export function paintedChart(chart: AnyChart): PaintedChart {
  const { left, right, top, bottom } = chart.chartArea
  return {
    size: { width: chart.width, height: chart.height },
    area: { left, right, top, bottom },
    x: pixelScale(chart.scales.x!),
    y: pixelScale(chart.scales.y!),
    lines: curvesOf(chart).drawn,
  }
}

/** The points of each line that can be told apart in the range of the x axis. */
function drawnLines({ lines, style, range }: ChartContent, size: ChartSize): DrawnLine[] {
  const sight = { range, pixels: Math.max(1, size.width - rightRoom(lines, size)), logarithmic: style.logX }
  return lines.map((line) => {
    const raw = pointsInSight(line.points, line.points.raw, sight)
    const { points, smoothed } = line
    return smoothed
      ? { line, main: pointsInSight(points, points.smooth, sight), behind: raw }
      : { line, main: raw, behind: [] }
  })
}

/** Room for the names at the ends of the lines. */
function rightRoom(lines: readonly ChartLine[], size: ChartSize): number {
  const labels = [...endLabels(lines, size).values()]
  return labels.length === 0 ? 8 : 10 + Math.max(...labels.map(labelWidth))
}

function optionsOf(content: ChartContent, size: ChartSize): ChartOptions<'curves'> {
  const { lines, style, range } = content
  const { palette, axis: axisId, logX, logY, suggestedRange, unit = '' } = style
  // A logarithmic axis of its own choice ends at a power of ten, however far beyond the data that is.
  const ends = range ?? (logX ? knownEnds(xEnds(content)) : null)
  const axis = {
    border: { display: false },
    grid: { color: palette.grid, drawTicks: false },
    ticks: { color: palette.quiet, font: { size: 11, family: chartFont.replace('11px ', '') }, padding: 6 },
  }
  return {
    animation: false,
    normalized: true,
    responsive: false,
    devicePixelRatio: globalThis.devicePixelRatio || 1,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { right: rightRoom(lines, size), top: 6 } },
    scales: {
      x: {
        ...axis,
        type: scaleType(logX),
        ...(logX ? {} : { beginAtZero: true }),
        ...(ends ? { min: ends[0], max: ends[1] } : {}),
        grid: { display: false },
        ticks: {
          ...axis.ticks,
          maxTicksLimit: 7,
          maxRotation: 0,
          precision: 0,
          callback: (value) => axes[axisId].format(Number(value)),
        },
      },
      y: {
        ...axis,
        type: scaleType(logY),
        ticks: {
          ...axis.ticks,
          maxTicksLimit: 6,
          callback: (_, index, ticks) =>
            tickTexts(
              ticks.map(({ value }) => value),
              unit,
            )[index]!,
        },
        ...(suggestedRange && !logY ? { suggestedMin: suggestedRange[0], suggestedMax: suggestedRange[1] } : {}),
      },
    },
  }
}

/** Both scales take the options used here; the types of Chart.js know each scale with its own alone. */
const scaleType = (logarithmic: boolean) => (logarithmic ? 'logarithmic' : 'linear') as 'linear'

const knownEnds = (ends: Ends): Ends | null => (ends[0] < ends[1] ? ends : null)

/** All of the extent; else from the first point, or the first above zero on a logarithmic axis, to the last. */
function xEnds({ lines, style, extent }: ChartContent): Ends {
  if (extent) return extent
  const filled = lines.filter(({ points }) => points.count > 0)
  const lasts = filled.map(({ points }) => points.x[points.count - 1]!)
  const floor = style.logX ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY
  const firsts = filled.flatMap(
    ({ points }) => points.x.subarray(0, points.count).find((place) => place >= floor) ?? [],
  )
  return [Math.min(...firsts), Math.max(...lasts)]
}

/** Least and greatest value in the range, on a logarithmic axis of those above zero. */
function yEnds({ drawn, range, style }: Curves): Ends {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const floor = style.logY ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY
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
