import { fitCanvas } from '../lib/fit-canvas.ts'
import type { FrameQueue } from '../lib/frame-queue.ts'
import { type AxisId, axes, placeOfStep } from './axis.ts'
import type { LineEdge } from './band.ts'
import { useChartView } from './chart-view.ts'
import type { SeriesSource } from './compare/derived-series.ts'
import { hoverScene, paintHover, placeAtPixel } from './hover-layer.ts'
import {
  type ChartLine,
  type ChartSize,
  createLineChart,
  type LineChart,
  resizeChart,
  restyleChart,
  setSight,
  sizePoints,
} from './line-chart.ts'
import { emptyPoints, indexAt, type LinePoints, updatePoints } from './line-points.ts'
import type { ChartMark } from './marks.ts'
import type { ChartPalette } from './palette.ts'

/** Points up to which a curve is painted with every step, and how often a longer one is: there a step is a fraction of a pixel. */
const shortCurve = 1000
const longCurveMs = 250

/** Where a line's values come from, and how it looks. */
export interface LineSource {
  readonly runId: string
  readonly metric: string
  readonly label: string
  readonly colour: string
  readonly dash: readonly number[]
  /** The edge of a line's band: thin, without a place in the legend; `filled` fills the room down to the next line. */
  readonly edge?: LineEdge
}

export interface PanelLook {
  readonly palette: ChartPalette
  readonly sources: readonly LineSource[]
  readonly smoothing: number
  readonly axis: AxisId
  readonly logX: boolean
  readonly logY: boolean
  readonly bands: boolean
  /** Of the first source's run. */
  readonly marks: readonly ChartMark[]
  readonly suggestedRange?: readonly [from: number, to: number]
}

export interface PanelElements {
  readonly chart: HTMLCanvasElement
  readonly hover: HTMLCanvasElement
  /** Called with the values to read out: at the hovered step, or the last ones. */
  readonly readOut: (values: readonly (number | null)[]) => void
}

/**
 * One panel, outside React: grows its lines with the live columns and paints at most once per animation frame, and only while
 * it can be seen. The chart and the hover marks are separate canvases, so that hovering never paints the chart.
 */
export class PanelController {
  private readonly live: SeriesSource
  private readonly frames: FrameQueue
  private readonly elements: PanelElements
  private size: ChartSize | null = null
  private look: PanelLook
  private lines: ChartLine[] = []
  private chart: LineChart | null = null
  private unsubscribe: (() => void)[] = []
  /** Until the page says otherwise: most panels of a long page begin out of sight. */
  private visible = false
  /** The next painting of a long curve. */
  private waiting: ReturnType<typeof setTimeout> | undefined
  private readonly nowMs: () => number
  private paintedAtMs = Number.NEGATIVE_INFINITY
  private hoverPainted = false
  private brushFrom: number | null = null
  private brushTo: number | null = null
  /** Paints of the chart canvas since the start. */
  paints = 0

  constructor(
    live: SeriesSource,
    frames: FrameQueue,
    elements: PanelElements,
    look: PanelLook,
    nowMs: () => number = () => performance.now(),
  ) {
    this.live = live
    this.nowMs = nowMs
    this.frames = frames
    this.elements = elements
    this.look = look
    this.setLook(look)
    this.unsubscribe.push(
      useChartView.subscribe((view, before) => {
        if (view.range !== before.range) this.frames.request(this.paint)
        if (view.hoverX !== before.hoverX || view.range !== before.range) this.frames.request(this.paintHover)
      }),
    )
    for (const id of new Set(look.sources.map((source) => source.runId)))
      this.unsubscribe.push(live.subscribeSeries(id, this.grow))
  }

  /** Changes colours, smoothing or the shown lines; the runs stay those of the start. */
  setLook(look: PanelLook): void {
    this.look = look
    this.lines = look.sources.map((source) => {
      const { label, colour, dash, edge } = source
      const points = emptyPoints(smoothingOf(source, look), look.axis)
      return { label, colour, dash, points, smoothed: points.smoothing > 0, ...(edge ? { edge } : {}) }
    })
    if (this.chart) restyleChart(this.chart, this.chartOptions())
    this.frames.request(this.paint)
  }

  setVisible(visible: boolean): void {
    this.visible = visible
    if (visible) this.frames.request(this.paint)
  }

  /** Says how large the canvases are; nothing is painted before. */
  resize(width: number, height: number): void {
    if (width === 0 || height === 0 || (this.size?.width === width && this.size.height === height)) return
    this.size = { width, height }
    if (this.chart) resizeChart(this.chart, this.size)
    this.frames.request(this.paint)
  }

  destroy(): void {
    clearTimeout(this.waiting)
    this.frames.cancel(this.follow)
    for (const end of this.unsubscribe) end()
    this.frames.cancel(this.paint)
    this.frames.cancel(this.paintHover)
    this.chart?.destroy()
    this.chart = null
  }

  /** Chooses the step under the pointer for all panels; with a pressed button, the range to zoom to. */
  pointAt(pixel: number | null): void {
    if (this.brushFrom !== null && pixel !== null) this.brushTo = pixel
    const hoverX = pixel === null || !this.chart ? null : placeAtPixel(this.chart, this.lines, pixel)
    useChartView.setState({ hoverX })
    this.frames.request(this.paintHover)
  }

  startBrush(pixel: number): void {
    this.brushFrom = pixel
    this.brushTo = null
  }

  /** Zooms all panels to the brushed part when the brush is wide enough to be meant. */
  endBrush(): void {
    const [from, to] = [this.brushFrom, this.brushTo]
    this.brushFrom = null
    this.brushTo = null
    const x = this.chart?.scales.x
    if (from !== null && to !== null && x && Math.abs(to - from) > 8)
      this.show([from, to].map((pixel) => x.getValueForPixel(pixel) ?? 0) as [number, number])
    this.frames.request(this.paintHover)
  }

  /** Zooms all panels around a pixel; a factor below 1 shows more detail. */
  zoomAt(pixel: number, factor: number): void {
    const x = this.chart?.scales.x
    if (!x) return
    const { left, right } = this.chart!.chartArea
    const place = (at: number): number => x.getValueForPixel(pixel + (at - pixel) * factor) ?? 0
    this.show([place(left), place(right)])
  }

  /** Moves the shown part of all panels by so many pixels. */
  panBy(pixels: number): void {
    const x = this.chart?.scales.x
    if (!x || useChartView.getState().range === null) return
    const { left, right } = this.chart!.chartArea
    this.show([x.getValueForPixel(left - pixels) ?? 0, x.getValueForPixel(right - pixels) ?? 0])
  }

  private show(ends: readonly [number, number]): void {
    const [from, to] = [Math.max(0, Math.min(...ends)), Math.max(...ends)]
    const round = (place: number): number => (this.look.axis === 'step' ? Math.round(place) : place)
    if (round(to) > round(from)) useChartView.setState({ range: [round(from), round(to)] })
  }

  get surface(): string {
    return this.look.palette.surface
  }

  /** Whether the room between the lines is filled. */
  get hasBands(): boolean {
    return this.look.bands
  }

  /** The living chart, for what is exported; null before it was painted. */
  get painted(): LineChart | null {
    return this.chart
  }

  /** Lines with their points, for summaries and tables. */
  get shown(): readonly ChartLine[] {
    return this.lines
  }

  private grow = (): void => {
    if (this.visible) this.frames.request(this.follow)
  }

  /** The numbers follow every step, and so do short curves; long ones are painted now and then. */
  private follow = (): void => {
    this.readPoints()
    const waitMs = this.paintedAtMs + longCurveMs - this.nowMs()
    if (this.longest <= shortCurve || waitMs <= 0) this.paint()
    else {
      this.readOut()
      this.waiting ??= setTimeout(() => {
        this.waiting = undefined
        this.frames.request(this.paint)
      }, waitMs)
    }
  }

  private get longest(): number {
    return Math.max(0, ...this.lines.map(({ points }) => points.count))
  }

  private readPoints(): void {
    this.look.sources.forEach((source, index) => {
      const { points } = this.lines[index]!
      updatePoints(points, this.live.columnsOf(source.runId), source.metric, this.rereadFrom(points, source))
    })
  }

  private paint = (): void => {
    if (!this.visible || !this.size) return
    this.readPoints()
    this.chart ??= createLineChart(this.elements.chart, this.chartOptions(), this.size)
    setSight(this.chart, this.lines, { range: useChartView.getState().range, logarithmic: this.look.logX })
    const resized = sizePoints(this.chart)
    this.chart.update(resized ? undefined : 'none')
    this.paints++
    this.paintedAtMs = this.nowMs()
    this.elements.chart.dataset.paints = String(this.paints)
    this.elements.chart.dataset.points = String(this.longest)
    this.paintHover()
  }

  /** The last row may have come again, with an evaluation added: when its value differs, the line is read anew. */
  private rereadFrom(points: LinePoints, { runId, metric }: LineSource): number {
    const columns = this.live.columnsOf(runId)
    const row = Math.min(points.rows, columns.steps.length) - 1
    if (row < 0) return points.rows
    const value = columns.values.get(metric)?.at(row) ?? null
    const known = points.raw[indexAt(points, axes[points.axis].at(columns, row))] ?? null
    return value === known && points.rows <= columns.steps.length ? points.rows : 0
  }

  private paintHover = (): void => {
    const { chart } = this
    if (!chart) return
    const { hoverX } = useChartView.getState()
    const brush = this.brushFrom !== null && this.brushTo !== null ? ([this.brushFrom, this.brushTo] as const) : null
    this.readOut()
    const empty = hoverX === null && brush === null
    // An empty layer that stays empty is not touched: every canvas that is costs the compositor a copy.
    if (empty && !this.hoverPainted) return
    const context = fitCanvas(this.elements.hover, chart.width, chart.height)
    if (!context) return
    this.hoverPainted = !empty
    paintHover(context, hoverScene(chart, this.lines, hoverX, brush), this.look.palette)
  }

  private readOut(): void {
    const { hoverX } = useChartView.getState()
    this.elements.readOut(
      this.lines.map(({ points }) => points.raw[hoverX === null ? points.count - 1 : indexAt(points, hoverX)] ?? null),
    )
  }

  private chartOptions() {
    const { palette, suggestedRange, axis, logX, logY, bands } = this.look
    return {
      palette,
      lines: this.lines,
      directLabels: this.lines.length > 1,
      marks: () => this.placedMarks(),
      ...{ axis, logX, logY, bands },
      ...(suggestedRange ? { suggestedRange } : {}),
    }
  }

  private placedMarks() {
    const run = this.look.sources[0]?.runId
    if (run === undefined) return []
    const columns = this.live.columnsOf(run)
    return this.look.marks.flatMap((mark) => {
      const x = placeOfStep(this.look.axis, columns, mark.step)
      return x === null ? [] : [{ ...mark, x }]
    })
  }
}

/** Evaluations are few and far between: each is shown as it is. */
const smoothingOf = ({ metric }: LineSource, look: PanelLook): number =>
  metric.startsWith('eval/') ? 0 : look.smoothing
