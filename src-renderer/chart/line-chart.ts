import {
  BasicPlatform,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  type Plugin,
  PointElement,
} from 'chart.js'
import { cssColour, parseColour } from '../lib/colour.ts'
import { formatNumber } from '../lib/format.ts'
import { type AxisId, axes } from './axis.ts'
import { bandOpacity, faintOpacity, fillsDown, type LineEdge } from './band.ts'
import { pointsInSight, type Sight } from './decimate.ts'
import { spreadLabels } from './label-layout.ts'
import { firstAtLeast, type LinePoints, type Point } from './line-points.ts'
import { marksPlugin, type PlacedMark } from './marks.ts'
import type { ChartPalette } from './palette.ts'

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler)

export interface ChartLine {
  readonly label: string
  readonly colour: string
  readonly dash: readonly number[]
  readonly points: LinePoints
  /** Drawn smoothed, with the raw line faint behind it. */
  readonly smoothed: boolean
  readonly edge?: LineEdge
}

export interface LineChartOptions {
  readonly palette: ChartPalette
  readonly lines: readonly ChartLine[]
  readonly suggestedRange?: readonly [from: number, to: number]
  readonly directLabels: boolean
  readonly axis: AxisId
  readonly logX: boolean
  readonly logY: boolean
  /** Fills the room between each line and the next. */
  readonly bands: boolean
  /** Asked at every painting: steps come in, and with them the places of the marks. */
  readonly marks: () => readonly PlacedMark[]
}

const labelFont = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
const labelHeightPx = 13
const longestLabel = 18
/** Below this many points a line shows each of them. */
const fewPoints = 30

export type LineChart = Chart<'line', Point[]>

export interface ChartSize {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
}

/**
 * A Chart.js line chart without points yet (`setSight` gives them). It neither listens nor measures: who owns the canvas says how
 * large it is, so that many charts are made without the browser laying out the page in between.
 */
export function createLineChart(canvas: HTMLCanvasElement, options: LineChartOptions, size: ChartSize): LineChart {
  Object.assign(canvas, size)
  return new Chart<'line', Point[]>(canvas, { ...configuration(options), platform: BasicPlatform })
}

/** Gives a chart another size, at the screen's own resolution. */
export function resizeChart(chart: LineChart, { width, height }: ChartSize): void {
  chart.options.devicePixelRatio = globalThis.devicePixelRatio || 1
  chart.resize(width, height)
}

/** Replaces lines, colours and labels of a living chart. */
export function restyleChart(chart: LineChart, options: LineChartOptions): void {
  const fresh = configuration(options)
  chart.data.datasets = fresh.data.datasets
  chart.options = fresh.options!
  // The list itself cannot be replaced; the next update reads it anew.
  chart.config.plugins?.splice(0, chart.config.plugins.length, ...(fresh.plugins ?? []))
}

/** Gives the chart the points of its lines that can be told apart in the range of the x axis, or in all of it. */
export function setSight(chart: LineChart, lines: readonly ChartLine[], sight: Omit<Sight, 'pixels'>): void {
  const { x } = chart.options.scales!
  Object.assign(x!, { min: sight.range?.[0], max: sight.range?.[1] })
  const wanted = { ...sight, pixels: chart.chartArea ? chart.chartArea.right - chart.chartArea.left : chart.width }
  const values = lines.flatMap(({ points, smoothed }) =>
    (smoothed ? [points.raw, points.smooth] : [points.raw]).map((column) => pointsInSight(points, column, wanted)),
  )
  for (const [index, dataset] of chart.data.datasets.entries()) dataset.data = values[index] ?? []
}

/**
 * Shows the single points of the lines that have few. A number, not a function: Chart.js would call it for every point. Returns
 * whether a size changed: the options that points share are renewed by a whole update only, not by one in mode `none`.
 */
export function sizePoints(chart: LineChart): boolean {
  let changed = false
  for (const dataset of chart.data.datasets) {
    const few = dataset.data.length <= fewPoints
    // The raw line of a smoothed pair is the one drawn behind.
    const isSmoothed = dataset.order === 0 && chart.data.datasets.some((other) => other.order === 1)
    const radius = few && !isSmoothed ? (dataset.order === 0 ? 2.5 : 1.5) : 0
    changed ||= dataset.pointRadius !== radius
    dataset.pointRadius = radius
  }
  return changed
}

function configuration(options: LineChartOptions): ChartConfiguration<'line', Point[]> {
  const { palette, lines, suggestedRange, directLabels, axis: axisId, logX, logY } = options
  const axis = {
    border: { display: false },
    grid: { color: palette.grid, drawTicks: false },
    ticks: { color: palette.quiet, font: { size: 11 }, padding: 6 },
  }
  return {
    type: 'line',
    data: {
      datasets: lines.flatMap((line, index) => datasetsOf(line, fillsDown(lines, index, options.bands))),
    },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: false,
      devicePixelRatio: globalThis.devicePixelRatio || 1,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { right: directLabels ? labelRoom(lines) : 8, top: 6 } },
      scales: {
        x: {
          ...axis,
          type: scaleType(logX),
          ...(logX ? {} : { beginAtZero: true }),
          grid: { ...axis.grid, display: false },
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
          ticks: { ...axis.ticks, maxTicksLimit: 6, callback: (value) => formatNumber(Number(value), 3) },
          ...yRange(logY, suggestedRange),
        },
      },
    },
    plugins: [marksPlugin(options.marks, palette), ...(directLabels ? [directLabelPlugin(lines, palette)] : [])],
  }
}

/** Both scales take the options used here; the types of Chart.js know each scale with its own alone. */
const scaleType = (logarithmic: boolean) => (logarithmic ? 'logarithmic' : 'linear') as 'linear'

const yRange = (logY: boolean, suggested: readonly [number, number] | undefined) =>
  logY ? {} : suggested ? { suggestedMin: suggested[0], suggestedMax: suggested[1] } : {}

/** A faint line of the raw values with the smoothed one on top; a band fills down to the next line. */
function datasetsOf(line: ChartLine, band: boolean): ChartDataset<'line', Point[]>[] {
  const shared = { pointStyle: 'circle' as const, pointHitRadius: 0, borderJoinStyle: 'round' as const, tension: 0 }
  const { smoothed, edge } = line
  const none = 'transparent'
  const bandColour = cssColour(parseColour(line.colour), bandOpacity)
  const main: ChartDataset<'line', Point[]> = {
    ...shared,
    data: [],
    borderColor: edge ? cssColour(parseColour(line.colour), faintOpacity) : line.colour,
    backgroundColor: edge ? none : line.colour,
    borderWidth: edge ? 0.75 : 1.75,
    borderDash: [...line.dash],
    pointRadius: 0,
    order: 0,
    ...(band ? { fill: { target: smoothed ? '+2' : '+1', above: bandColour, below: bandColour } } : {}),
  }
  const raw: ChartDataset<'line', Point[]> = {
    ...shared,
    data: [],
    borderColor: edge ? none : cssColour(parseColour(line.colour), faintOpacity),
    backgroundColor: edge ? none : cssColour(parseColour(line.colour), 0.5),
    borderWidth: 1,
    pointRadius: 0,
    order: 1,
  }
  return smoothed ? [raw, main] : [main]
}

const cut = (label: string): string => (label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label)

const labelRoom = (lines: readonly ChartLine[]): number =>
  10 + 6.4 * Math.max(0, ...lines.filter(({ edge }) => !edge).map((line) => cut(line.label).length))

/** What a line reaches at the last of its points up to a place; undefined before its first. */
function lastValueUpTo({ points, smoothed }: ChartLine, x: number): number | undefined {
  const after = firstAtLeast(points, x)
  const index = points.x[after] === x && after < points.count ? after : after - 1
  return index < 0 ? undefined : (smoothed ? points.smooth : points.raw)[index]
}

/** Writes each line's name at its right end, in its colour, kept apart from the others. */
function directLabelPlugin(lines: readonly ChartLine[], palette: ChartPalette): Plugin<'line'> {
  return {
    id: 'directLabels',
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      const { x, y } = scales
      const ends = lines
        .filter((line) => !line.edge)
        .map((line) => ({ line, value: lastValueUpTo(line, x?.max ?? Number.POSITIVE_INFINITY) }))
        .filter((end): end is { line: ChartLine; value: number } => end.value !== undefined)
      const heights = spreadLabels(
        ends.map(({ value }) => y!.getPixelForValue(value)),
        labelHeightPx,
        chartArea.top,
        chartArea.bottom,
      )
      ctx.save()
      ctx.font = labelFont
      ctx.textBaseline = 'middle'
      ends.forEach(({ line }, index) => {
        ctx.fillStyle = line.colour || palette.ink
        ctx.fillText(cut(line.label), chartArea.right + 6, heights[index]!)
      })
      ctx.restore()
    },
  }
}
