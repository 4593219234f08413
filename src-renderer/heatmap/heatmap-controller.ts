import { fitCanvas } from '../lib/fit-canvas.ts'
import type { FrameQueue } from '../lib/frame-queue.ts'
import { type HeatmapLayout, layoutTokens, metrics, tokenAt, tokensInSight, type WrapMode } from './layout.ts'
import {
  type HeatmapMarks,
  type HeatmapScene,
  type HeatmapWindow,
  heatmapFont,
  paintMarks,
  paintTokens,
  repaintClassMarks,
} from './paint.ts'
import { emptyTokens, type HeatmapTokens } from './tokens.ts'

export type HeatmapLook = Pick<HeatmapScene, 'table' | 'levels' | 'reasoning' | 'palette'>

export interface HeatmapElements {
  readonly tokens: HTMLCanvasElement
  readonly marks: HTMLCanvasElement
  /** Called when the text's size changed, pixels. */
  readonly sizeChanged: (width: number, height: number) => void
  /** Called with the first and last token in sight whenever they may have changed. */
  readonly sightChanged: (sight: readonly [from: number, to: number] | null) => void
}

const emptyLayout = layoutTokens(emptyTokens, { width: 100, measure: () => 0 })

/**
 * The heatmap outside React. Tokens and marks are separate canvases as large as the window on the text: recolouring paints the
 * tokens once, hovering and focus paint the marks only, scrolling both; each at most once per animation frame.
 */
export class HeatmapController {
  private readonly frames: FrameQueue
  private readonly elements: HeatmapElements
  private readonly widths = new Map<string, number>()
  private tokens: HeatmapTokens
  private look: HeatmapLook
  private layout: HeatmapLayout = emptyLayout
  private width = 0
  private height = 0
  private scrollTop = 0
  private scrollLeft = 0
  private wrap: WrapMode = 'words'
  /** What the layer of tokens shows. */
  private painted: HeatmapScene | null = null
  private marks: HeatmapMarks = { hovered: -1, focused: -1, found: null, range: null }
  /** Paints of each layer since the start. */
  readonly paints = { tokens: 0, marks: 0 }

  constructor(frames: FrameQueue, elements: HeatmapElements, tokens: HeatmapTokens, look: HeatmapLook) {
    this.frames = frames
    this.elements = elements
    this.tokens = tokens
    this.look = look
  }

  get shownLayout(): HeatmapLayout {
    return this.layout
  }

  setTokens(tokens: HeatmapTokens, look: HeatmapLook): void {
    this.tokens = tokens
    this.look = look
    this.marks = { hovered: -1, focused: -1, found: null, range: null }
    this.flow()
  }

  setWrap(wrap: WrapMode): void {
    if (wrap === this.wrap) return
    this.wrap = wrap
    this.flow()
  }

  setLook(look: HeatmapLook): void {
    this.look = look
    this.frames.request(this.paintTokens)
  }

  setSize(width: number, height: number): void {
    const flows = width !== this.width
    this.width = width
    this.height = height
    if (flows) this.flow()
    else this.paintBoth()
  }

  setScroll(scrollTop: number, scrollLeft = 0): void {
    if (scrollTop === this.scrollTop && scrollLeft === this.scrollLeft) return
    this.scrollTop = scrollTop
    this.scrollLeft = scrollLeft
    this.paintBoth()
  }

  setMarks(changes: Partial<HeatmapMarks>): void {
    const next = { ...this.marks, ...changes }
    const { hovered, focused, found, range } = this.marks
    if (next.hovered === hovered && next.focused === focused && next.found === found && next.range === range) return
    this.marks = next
    this.frames.request(this.paintMarks)
  }

  /** The token at a point of the window, or -1. */
  tokenAt(x: number, y: number): number {
    return tokenAt(this.layout, x + this.scrollLeft, y + this.scrollTop)
  }

  /** Where to scroll so that the token can be seen, or null when it can. */
  scrollTo(token: number): { top: number; left: number } | null {
    const box = this.layout.firstBox[token]
    if (box === undefined || box < 0) return null
    const top = metrics.padding + this.layout.line[box]! * metrics.lineHeight
    const left = this.layout.x[box]!
    const hiddenBelow = top + 2 * metrics.lineHeight - this.scrollTop - this.height
    const hiddenRight = left + this.layout.width[box]! + metrics.padding - this.scrollLeft - this.width
    const wanted = { top: this.scrollTop, left: this.scrollLeft }
    if (top < this.scrollTop + metrics.padding) wanted.top = Math.max(0, top - metrics.lineHeight)
    else if (hiddenBelow > 0) wanted.top += hiddenBelow
    if (left < this.scrollLeft + metrics.padding) wanted.left = Math.max(0, left - metrics.padding)
    else if (hiddenRight > 0) wanted.left += hiddenRight
    return wanted.top === this.scrollTop && wanted.left === this.scrollLeft ? null : wanted
  }

  destroy(): void {
    this.frames.cancel(this.paintTokens)
    this.frames.cancel(this.paintMarks)
  }

  private flow(): void {
    const context = this.elements.tokens.getContext('2d')
    if (!context || this.width === 0) return
    context.font = heatmapFont
    const measure = (text: string): number => {
      const known = this.widths.get(text)
      if (known !== undefined) return known
      const width = context.measureText(text).width
      this.widths.set(text, width)
      return width
    }
    this.layout = layoutTokens(this.tokens, { width: this.width, measure, wrap: this.wrap })
    this.elements.sizeChanged(this.wrap === 'lines' ? this.layout.fullWidth : this.width, this.layout.height)
    this.paintBoth()
  }

  private get window(): HeatmapWindow {
    const { layout, look, scrollTop, scrollLeft, width, height } = this
    return { layout, palette: look.palette, scrollTop, scrollLeft, width, height }
  }

  private paintBoth(): void {
    // What is first seen does not wait for another frame.
    if (this.paints.tokens === 0 && this.tokens.count > 0 && this.height > 0) this.paintTokens()
    else this.frames.request(this.paintTokens)
    this.frames.request(this.paintMarks)
  }

  private paintTokens = (): void => {
    this.frames.cancel(this.paintTokens)
    const scene = { ...this.window, ...this.look, flags: this.tokens.trace.flags }
    const before = this.painted
    const context =
      before && isSameButClasses(before, scene)
        ? this.elements.tokens.getContext('2d')
        : fitCanvas(this.elements.tokens, this.width, this.height)
    if (!context) return
    if (before && isSameButClasses(before, scene)) repaintClassMarks(context, scene, before.reasoning)
    else paintTokens(context, scene)
    this.painted = scene
    this.elements.sightChanged(tokensInSight(this.layout, this.scrollTop, this.height))
    this.paints.tokens++
    this.elements.tokens.dataset.paints = String(this.paints.tokens)
  }

  private paintMarks = (): void => {
    const context = fitCanvas(this.elements.marks, this.width, this.height)
    if (!context) return
    paintMarks(context, this.window, this.marks)
    this.paints.marks++
    this.elements.marks.dataset.paints = String(this.paints.marks)
  }
}

/** Whether two scenes differ in the token classes alone, as while the slider is dragged; only whole pixels can be painted in part. */
function isSameButClasses(before: HeatmapScene, now: HeatmapScene): boolean {
  const keys = Object.keys(now) as (keyof HeatmapScene)[]
  return (
    Number.isInteger(globalThis.devicePixelRatio || 1) &&
    keys.every((key) => key === 'reasoning' || before[key] === now[key])
  )
}
