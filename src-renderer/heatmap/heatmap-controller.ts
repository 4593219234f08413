import type { FrameQueue } from '../lib/frame-queue.ts'
import { type HeatmapLayout, layoutTokens, metrics, tokenAt } from './layout.ts'
import { type HeatmapScene, heatmapFont, paintMarks, paintTokens } from './paint.ts'
import type { HeatmapTokens } from './tokens.ts'

export type HeatmapLook = Pick<HeatmapScene, 'table' | 'levels' | 'reasoning' | 'palette'>

export interface HeatmapElements {
  readonly tokens: HTMLCanvasElement
  readonly marks: HTMLCanvasElement
  /** Called when the text's height changed, pixels. */
  readonly heightChanged: (height: number) => void
}

const emptyLayout = layoutTokens(
  {
    count: 0,
    texts: [],
    shown: [],
    endsLine: new Uint8Array(),
    mayBreak: new Uint8Array(),
    trace: {
      ids: new Uint32Array(),
      textLengths: new Uint16Array(),
      rolloutLogprobs: new Float32Array(),
      entropies: new Float32Array(),
      flags: new Uint8Array(),
    },
  },
  { width: 100, measure: () => 0 },
)

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
  private hovered = -1
  private focused = -1
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
    this.hovered = -1
    this.focused = -1
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

  setScroll(scrollTop: number): void {
    if (scrollTop === this.scrollTop) return
    this.scrollTop = scrollTop
    this.paintBoth()
  }

  setMarks(hovered: number, focused: number): void {
    if (hovered === this.hovered && focused === this.focused) return
    this.hovered = hovered
    this.focused = focused
    this.frames.request(this.paintMarks)
  }

  /** The token at a point of the window, or -1. */
  tokenAt(x: number, y: number): number {
    return tokenAt(this.layout, x, y + this.scrollTop)
  }

  /** Where to scroll so that the token can be seen, or null when it can. */
  scrollTo(token: number): number | null {
    const box = this.layout.firstBox[token]
    if (box === undefined || box < 0) return null
    const top = metrics.padding + this.layout.line[box]! * metrics.lineHeight
    if (top < this.scrollTop + metrics.padding) return Math.max(0, top - metrics.lineHeight)
    const hidden = top + 2 * metrics.lineHeight - this.scrollTop - this.height
    return hidden > 0 ? this.scrollTop + hidden : null
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
    this.layout = layoutTokens(this.tokens, { width: this.width, measure })
    this.elements.heightChanged(this.layout.height)
    this.paintBoth()
  }

  private paintBoth(): void {
    this.frames.request(this.paintTokens)
    this.frames.request(this.paintMarks)
  }

  private paintTokens = (): void => {
    const context = this.clear(this.elements.tokens)
    if (!context) return
    const { layout, look, scrollTop, height } = this
    paintTokens(context, { layout, ...look, flags: this.tokens.trace.flags, scrollTop, height })
    this.paints.tokens++
    this.elements.tokens.dataset.paints = String(this.paints.tokens)
  }

  private paintMarks = (): void => {
    const context = this.clear(this.elements.marks)
    if (!context) return
    const { layout, look, scrollTop } = this
    paintMarks(context, { layout, palette: look.palette, scrollTop }, this.hovered, this.focused)
    this.paints.marks++
    this.elements.marks.dataset.paints = String(this.paints.marks)
  }

  private clear(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
    const ratio = globalThis.devicePixelRatio || 1
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)]
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
      canvas.style.width = `${this.width}px`
      canvas.style.height = `${this.height}px`
    }
    const context = canvas.getContext('2d')
    context?.setTransform(ratio, 0, 0, ratio, 0, 0)
    context?.clearRect(0, 0, this.width, this.height)
    return context
  }
}
