import { fitCanvas } from '../lib/fit-canvas.ts'
import type { FrameQueue } from '../lib/frame-queue.ts'
import { axes, extentOf, placeOfStep } from './axis.ts'
import type { LineEdge } from './band.ts'
import { useChartView } from './chart-view.ts'
import { runsBehind, type SeriesSource } from './compare/derived-series.ts'
import { hoverScene, paintHover, placeAtPixel } from './hover-layer.ts'
import {
  type ChartContent,
  type ChartLine,
  type ChartSize,
  type ChartStyle,
  createLineChart,
  type LineChart,
  type PaintedChart,
  paintedChart,
  updateLineChart,
} from './line-chart.ts'
import { emptyPoints, indexAt, type LinePoints, updatePoints } from './line-points.ts'
import type { ChartMark, PlacedMark } from './marks.ts'
import type { ChartPalette } from './palette.ts'

/** Points up to which a panel follows every step; there a step of a longer curve is a fraction of a pixel. */
const shortCurve = 1000
/** How often the numbers of a longer curve follow, and after how long at most it is painted, even if a pixel has not been reached. */
const numbersMs = 250
const longestWaitMs = 1000

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

export interface PanelLook extends ChartStyle {
  readonly sources: readonly LineSource[]
  readonly smoothing: number
  /** Of the first source's run. */
  readonly marks: readonly ChartMark[]
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
  /** Where everything is on the chart's canvas; null before the first painting. */
  private layout: PaintedChart | null = null
  private unsubscribe: (() => void)[] = []
  /** Until the page says otherwise: most panels of a long page begin out of sight. */
  private visible = false
  /** The next look at a long curve. */
  private waiting: ReturnType<typeof setTimeout> | undefined
  private readonly nowMs: () => number
  private followedAtMs = Number.NEGATIVE_INFINITY
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
      const points = emptyPoints(isSmoothed(source, look.smoothing) ? look.smoothing : 0, look.axis)
      return { label, colour, dash, points, smoothed: points.smoothing > 0, ...(edge ? { edge } : {}) }
    })
    this.frames.request(this.paint)
  }

  setVisible(visible: boolean): void {
    if (visible === this.visible) return
    this.visible = visible
    if (visible) this.frames.request(this.paint)
  }

  /** Says how large the canvases are; nothing is painted before. */
  resize(width: number, height: number): void {
    if (width === 0 || height === 0 || (this.size?.width === width && this.size.height === height)) return
    this.size = { width, height }
    if (this.paints === 0) this.paint()
    else this.frames.request(this.paint)
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
    const hoverX = pixel === null || !this.layout ? null : placeAtPixel(this.layout, this.lines, pixel)
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
    const x = this.layout?.x
    if (from !== null && to !== null && x && Math.abs(to - from) > 8) this.show([x.valueAt(from), x.valueAt(to)])
    this.frames.request(this.paintHover)
  }

  /** Zooms all panels around a pixel; a factor below 1 shows more detail. */
  zoomAt(pixel: number, factor: number): void {
    if (!this.layout) return
    const { x, area } = this.layout
    const place = (at: number): number => x.valueAt(pixel + (at - pixel) * factor)
    this.show([place(area.left), place(area.right)])
  }

  /** Moves the shown part of all panels by so many pixels. */
  panBy(pixels: number): void {
    if (!this.layout || useChartView.getState().range === null) return
    const { x, area } = this.layout
    this.show([x.valueAt(area.left - pixels), x.valueAt(area.right - pixels)])
  }

  private show(ends: readonly [number, number]): void {
    const [from, to] = [Math.max(0, Math.min(...ends)), Math.max(...ends)]
    const round = (place: number): number => (this.look.axis === 'step' ? Math.round(place) : place)
    if (round(to) > round(from)) useChartView.setState({ range: [round(from), round(to)] })
  }

  get palette(): ChartPalette {
    return this.look.palette
  }

  /** Of the values; empty where the title says it. */
  get unit(): string {
    return this.look.unit ?? ''
  }

  /** Whether the room between the lines is filled. */
  get hasBands(): boolean {
    return this.look.bands
  }

  /** The chart as it was last painted; null before. */
  get painted(): PaintedChart | null {
    return this.layout
  }

  /** Lines with their points, for summaries and tables. */
  get shown(): readonly ChartLine[] {
    return this.lines
  }

  private grow = (): void => {
    // What is first seen does not wait for another frame.
    if (this.paints === 0) this.paint()
    else if (this.visible) this.followIn(this.longest <= shortCurve ? 0 : this.followedAtMs + numbersMs - this.nowMs())
  }

  private followIn(waitMs: number): void {
    clearTimeout(this.waiting)
    // Long curves one by one: several canvases painted for one frame are several to hand over with it.
    const ask = (): void =>
      this.longest <= shortCurve ? this.frames.request(this.follow) : this.frames.requestInTurn(this.follow)
    if (waitMs > 0) this.waiting = setTimeout(ask, waitMs)
    else ask()
  }

  /** Short curves are painted with every step; a long one when it has grown by a pixel, or has not been painted for a while. */
  private follow = (): void => {
    this.readPoints()
    this.followedAtMs = this.nowMs()
    const unpaintedMs = this.followedAtMs - this.paintedAtMs
    if (this.longest <= shortCurve || unpaintedMs >= longestWaitMs || this.grewByPixel()) this.paint()
    else {
      this.readOut()
      // Without another step nothing else would paint what has come since.
      this.followIn(longestWaitMs - unpaintedMs)
    }
  }

  private grewByPixel(): boolean {
    const { x } = this.layout ?? {}
    if (!x) return true
    return this.lines.some(({ points }, index) => {
      const last = points.x[points.count - 1]
      const painted = this.layout?.lines[index]?.main.at(-1)?.x
      return last !== undefined && (painted === undefined || x.pixelOf(last) - x.pixelOf(painted) >= 1)
    })
  }

  /** The names of what was recorded are known, and the values are on their way. */
  private get isAwaited(): boolean {
    return this.look.sources.every(({ runId }) => {
      const { names, steps } = this.live.columnsOf(runId)
      return names.size > 0 && steps.length === 0
    })
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
    this.frames.cancel(this.paint)
    if (!this.visible || !this.size || (this.paints === 0 && this.isAwaited)) return
    this.readPoints()
    if (this.chart) updateLineChart(this.chart, this.size, this.content())
    else this.chart = createLineChart(this.elements.chart, this.size, this.content())
    this.layout = paintedChart(this.chart)
    this.paints++
    this.paintedAtMs = this.nowMs()
    this.elements.chart.dataset.paints = String(this.paints)
    this.elements.chart.dataset.points = String(this.longest)
    this.paintHover()
  }

  private content(): ChartContent {
    const { range } = useChartView.getState()
    return { lines: this.lines, style: this.look, range, extent: this.extent(), marks: this.placedMarks() }
  }

  /** Of all that the runs recorded, also what other panels show. */
  private extent(): readonly [number, number] | null {
    const { sources, axis, logX } = this.look
    const runs = new Set(sources.flatMap(({ runId }) => runsBehind(runId)))
    return extentOf(
      axis,
      logX,
      [...runs].map((id) => this.live.columnsOf(id)),
    )
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
    const { layout } = this
    if (!layout) return
    const { hoverX } = useChartView.getState()
    const brush = this.brushFrom !== null && this.brushTo !== null ? ([this.brushFrom, this.brushTo] as const) : null
    this.readOut()
    const empty = hoverX === null && brush === null
    // An empty layer that stays empty is not touched: every canvas that is costs the compositor a copy.
    if (empty && !this.hoverPainted) return
    const context = fitCanvas(this.elements.hover, layout.size.width, layout.size.height)
    if (!context) return
    this.hoverPainted = !empty
    paintHover(context, hoverScene(layout, this.lines, hoverX, brush), this.look.palette)
  }

  private readOut(): void {
    const { hoverX } = useChartView.getState()
    this.elements.readOut(
      this.lines.map(({ points }) => points.raw[hoverX === null ? points.count - 1 : indexAt(points, hoverX)] ?? null),
    )
  }

  private placedMarks(): PlacedMark[] {
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
export const isSmoothed = ({ metric }: LineSource, smoothing: number): boolean =>
  smoothing > 0 && !metric.startsWith('eval/')
