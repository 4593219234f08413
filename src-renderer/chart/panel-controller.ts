import type { FrameQueue } from '../lib/frame-queue.ts'
import type { LiveStore } from '../lib/live.ts'
import { useChartView } from './chart-view.ts'
import { hoverScene, paintHover, stepAtPixel } from './hover-layer.ts'
import { type ChartLine, createLineChart, type LineChart, restyleChart, setRange, sizePoints } from './line-chart.ts'
import { emptyPoints, type LinePoints, pointAt, updatePoints } from './line-points.ts'
import type { ChartPalette } from './palette.ts'

/** Where a line's values come from, and how it looks. */
export interface LineSource {
  readonly runId: string
  readonly metric: string
  readonly label: string
  readonly colour: string
  readonly dash: readonly number[]
}

export interface PanelLook {
  readonly palette: ChartPalette
  readonly sources: readonly LineSource[]
  readonly smoothing: number
  readonly suggestedRange?: readonly [from: number, to: number]
}

export interface PanelElements {
  readonly chart: HTMLCanvasElement
  readonly hover: HTMLCanvasElement
  /** Called with the values to read out: at the hovered step, or the last ones. */
  readonly readOut: (step: number | null, values: readonly (number | null)[]) => void
}

/**
 * One panel, outside React: grows its lines with the live columns and paints at most once per animation frame, and only while
 * it can be seen. The chart and the hover marks are separate canvases, so that hovering never paints the chart.
 */
export class PanelController {
  private readonly live: LiveStore
  private readonly frames: FrameQueue
  private readonly elements: PanelElements
  private look: PanelLook
  private points: LinePoints[] = []
  private lines: ChartLine[] = []
  private chart: LineChart | null = null
  private unsubscribe: (() => void)[] = []
  private visible = true
  private brushFrom: number | null = null
  private brushTo: number | null = null
  /** Paints of the chart canvas since the start. */
  paints = 0

  constructor(live: LiveStore, frames: FrameQueue, elements: PanelElements, look: PanelLook) {
    this.live = live
    this.frames = frames
    this.elements = elements
    this.look = look
    this.setLook(look)
    this.unsubscribe.push(
      useChartView.subscribe((view, before) => {
        if (view.range !== before.range) this.frames.request(this.paint)
        if (view.hoverStep !== before.hoverStep || view.range !== before.range) this.frames.request(this.paintHover)
      }),
    )
    for (const id of new Set(look.sources.map((source) => source.runId)))
      this.unsubscribe.push(live.subscribeSeries(id, this.grow))
  }

  /** Changes colours, smoothing or the shown lines; the runs stay those of the start. */
  setLook(look: PanelLook): void {
    this.look = look
    this.points = look.sources.map((source) => emptyPoints(smoothingOf(source, look)))
    this.lines = look.sources.map(({ label, colour, dash }, index) => {
      const { raw, smooth } = this.points[index]!
      return { label, colour, dash, raw, smooth: this.points[index]!.smoothing === 0 ? raw : smooth }
    })
    if (this.chart) restyleChart(this.chart, this.chartOptions())
    this.frames.request(this.paint)
  }

  setVisible(visible: boolean): void {
    this.visible = visible
    if (visible) this.frames.request(this.paint)
  }

  resize = (): void => {
    this.chart?.resize()
    this.frames.request(this.paintHover)
  }

  destroy(): void {
    for (const end of this.unsubscribe) end()
    this.frames.cancel(this.paint)
    this.frames.cancel(this.paintHover)
    this.chart?.destroy()
    this.chart = null
  }

  /** Chooses the step under the pointer for all panels; with a pressed button, the range to zoom to. */
  pointAt(pixel: number | null): void {
    if (this.brushFrom !== null && pixel !== null) this.brushTo = pixel
    const hoverStep = pixel === null || !this.chart ? null : stepAtPixel(this.chart, this.lines, pixel)
    useChartView.setState({ hoverStep })
    this.frames.request(this.paintHover)
  }

  startBrush(pixel: number): void {
    this.brushFrom = pixel
    this.brushTo = null
  }

  /** Zooms all panels to the brushed steps when the brush is wide enough to be meant. */
  endBrush(): void {
    const [from, to] = [this.brushFrom, this.brushTo]
    this.brushFrom = null
    this.brushTo = null
    const x = this.chart?.scales.x
    if (from !== null && to !== null && x && Math.abs(to - from) > 8) {
      const steps = [from, to].map((pixel) => Math.round(x.getValueForPixel(pixel) ?? 0)).sort((a, b) => a - b)
      if (steps[1]! > steps[0]!) useChartView.setState({ range: [steps[0]!, steps[1]!] })
    }
    this.frames.request(this.paintHover)
  }

  /** Lines with their points, for summaries and tables. */
  get shown(): readonly ChartLine[] {
    return this.lines
  }

  private grow = (): void => {
    if (this.visible) this.frames.request(this.paint)
  }

  private paint = (): void => {
    if (!this.visible) return
    this.look.sources.forEach((source, index) => {
      const columns = this.live.columnsOf(source.runId)
      const points = this.points[index]!
      updatePoints(points, columns, source.metric, this.rereadFrom(points, source))
    })
    this.chart ??= createLineChart(this.elements.chart, this.chartOptions())
    const resized = sizePoints(this.chart)
    setRange(this.chart, useChartView.getState().range)
    this.chart.update(resized ? undefined : 'none')
    this.paints++
    this.elements.chart.dataset.paints = String(this.paints)
    this.paintHover()
  }

  /** The last row may have come again, with an evaluation added: when its value differs, the line is read anew. */
  private rereadFrom(points: LinePoints, { runId, metric }: LineSource): number {
    const columns = this.live.columnsOf(runId)
    const row = Math.min(points.rows, columns.steps.length) - 1
    if (row < 0) return points.rows
    const value = columns.values.get(metric)?.[row] ?? null
    const known = pointAt(points.raw, columns.steps[row]!)?.y ?? null
    return value === known && points.rows <= columns.steps.length ? points.rows : 0
  }

  private paintHover = (): void => {
    const { chart } = this
    const context = this.elements.hover.getContext('2d')
    if (!chart || !context) return
    fitLayer(this.elements.hover, chart.width, chart.height, chart.currentDevicePixelRatio)
    context.setTransform(chart.currentDevicePixelRatio, 0, 0, chart.currentDevicePixelRatio, 0, 0)
    context.clearRect(0, 0, chart.width, chart.height)
    const { hoverStep } = useChartView.getState()
    const brush = this.brushFrom !== null && this.brushTo !== null ? ([this.brushFrom, this.brushTo] as const) : null
    paintHover(context, hoverScene(chart, this.lines, hoverStep, brush), this.look.palette)
    this.elements.readOut(
      hoverStep,
      this.lines.map((line) =>
        hoverStep === null ? (line.raw.at(-1)?.y ?? null) : (pointAt(line.raw, hoverStep)?.y ?? null),
      ),
    )
  }

  private chartOptions() {
    const { palette, suggestedRange } = this.look
    return {
      palette,
      lines: this.lines,
      directLabels: this.lines.length > 1,
      ...(suggestedRange ? { suggestedRange } : {}),
    }
  }
}

/** Evaluations are few and far between: each is shown as it is. */
const smoothingOf = ({ metric }: LineSource, look: PanelLook): number =>
  metric.startsWith('eval/') ? 0 : look.smoothing

function fitLayer(layer: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  if (layer.width === Math.round(width * ratio) && layer.height === Math.round(height * ratio)) return
  layer.width = Math.round(width * ratio)
  layer.height = Math.round(height * ratio)
  layer.style.width = `${width}px`
  layer.style.height = `${height}px`
}
