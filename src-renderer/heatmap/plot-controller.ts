import { fitCanvas } from '../lib/fit-canvas.ts'
import type { FrameQueue } from '../lib/frame-queue.ts'
import { type PlotMarks, type PlotScene, paintPlot, paintPlotMarks, plotColumns, type TokenRange } from './plot.ts'

export type PlotLook = Pick<
  PlotScene,
  'extent' | 'origin' | 'threshold' | 'palette' | 'range' | 'format' | 'categories'
> & {
  readonly values: Float32Array
  readonly reasoning: Uint8Array
}

/** The plot above the text, outside React: columns and marks on canvases of their own, each painted at most once per frame. */
export class PlotController {
  private readonly frames: FrameQueue
  private readonly canvases: { readonly columns: HTMLCanvasElement; readonly marks: HTMLCanvasElement }
  private look: PlotLook
  private scene: PlotScene | null = null
  private width = 0
  private height = 0
  private marks: PlotMarks = { sight: null, hovered: -1, focused: -1, found: [], brush: null }

  constructor(frames: FrameQueue, canvases: PlotController['canvases'], look: PlotLook) {
    this.frames = frames
    this.canvases = canvases
    this.look = look
  }

  setLook(look: PlotLook): void {
    this.look = look
    this.frames.request(this.paint)
  }

  setSize(width: number, height: number): void {
    this.width = Math.floor(width)
    this.height = height
    this.frames.request(this.paint)
  }

  setMarks(changes: Partial<PlotMarks>): void {
    this.marks = { ...this.marks, ...changes }
    this.frames.request(this.paintMarks)
  }

  get range(): TokenRange {
    return this.look.range
  }

  get size(): number {
    return this.width
  }

  destroy(): void {
    this.frames.cancel(this.paint)
    this.frames.cancel(this.paintMarks)
  }

  private paint = (): void => {
    if (this.width <= 0) return
    const { values, reasoning, ...look } = this.look
    const columns = plotColumns(values, reasoning, look.range, this.width)
    this.scene = { ...look, columns, width: this.width, height: this.height }
    const context = fitCanvas(this.canvases.columns, this.width, this.height)
    if (context) paintPlot(context, this.scene)
    this.paintMarks()
  }

  private paintMarks = (): void => {
    const context = fitCanvas(this.canvases.marks, this.width, this.height)
    if (context && this.scene) paintPlotMarks(context, this.scene, this.marks)
  }
}
