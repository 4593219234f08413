import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { frames } from '../lib/frame-queue.ts'
import { tokenSentence } from './describe.ts'
import { HeatmapController, type HeatmapLook } from './heatmap-controller.ts'
import { type Move, moveFocus } from './layout.ts'
import type { HeatmapTokens } from './tokens.ts'

interface HeatmapViewProps {
  readonly tokens: HeatmapTokens
  /** Memoise it: a new object repaints. */
  readonly look: HeatmapLook
  /** The focused token, or -1. */
  readonly focused: number
  readonly onFocus: (token: number) => void
  readonly onHover: (token: number) => void
}

const keyMoves: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'line-start',
  End: 'line-end',
}

/** The token heatmap: a window on the response, one tab stop, the arrow keys walk through the tokens. */
export function HeatmapView({ tokens, look, focused, onFocus, onHover }: HeatmapViewProps) {
  const box = useRef<HTMLDivElement>(null)
  const tokenCanvas = useRef<HTMLCanvasElement>(null)
  const markCanvas = useRef<HTMLCanvasElement>(null)
  const controller = useRef<HeatmapController | null>(null)
  const hovered = useRef(-1)
  const [textHeight, setTextHeight] = useState(0)
  const latest = useRef({ tokens, look })
  latest.current = { tokens, look }

  useEffect(() => {
    const elements = { tokens: tokenCanvas.current!, marks: markCanvas.current!, heightChanged: setTextHeight }
    const created = new HeatmapController(frames, elements, latest.current.tokens, latest.current.look)
    controller.current = created
    const resizes = new ResizeObserver(() =>
      created.setSize(box.current?.clientWidth ?? 0, box.current?.clientHeight ?? 0),
    )
    resizes.observe(box.current!)
    return () => {
      resizes.disconnect()
      created.destroy()
    }
  }, [])
  useEffect(() => controller.current?.setTokens(tokens, latest.current.look), [tokens])
  useEffect(() => controller.current?.setLook(look), [look])
  useEffect(() => {
    controller.current?.setMarks(hovered.current, focused)
    const scroll = focused < 0 ? null : controller.current?.scrollTo(focused)
    if (box.current && scroll !== null && scroll !== undefined) box.current.scrollTop = scroll
  }, [focused])

  const tokenUnder = (event: PointerEvent): number => {
    const { left, top } = box.current!.getBoundingClientRect()
    return controller.current?.tokenAt(event.clientX - left, event.clientY - top) ?? -1
  }
  const hover = (token: number): void => {
    if (token === hovered.current) return
    hovered.current = token
    controller.current?.setMarks(token, focused)
    onHover(token)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = keyMoves[event.key]
    if (!move || !controller.current) return
    event.preventDefault()
    const whole = event.ctrlKey && (move === 'line-start' || move === 'line-end')
    const wanted: Move = whole ? (move === 'line-start' ? 'start' : 'end') : move
    onFocus(focused < 0 ? 0 : moveFocus(controller.current.shownLayout, focused, wanted))
  }
  return (
    <div
      ref={box}
      className="heatmap"
      role="application"
      aria-roledescription="token heatmap"
      aria-label={`Response of ${tokens.count} tokens. The arrow keys walk through the tokens, Home and End through lines.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keys.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => focused < 0 && onFocus(0)}
      onScroll={(event) => controller.current?.setScroll(event.currentTarget.scrollTop)}
      onPointerMove={(event) => hover(tokenUnder(event))}
      onPointerLeave={() => hover(-1)}
      onPointerDown={(event) => {
        const token = tokenUnder(event)
        if (token >= 0) onFocus(token)
      }}
    >
      <div className="heatmap-text" style={{ height: textHeight }}>
        <div className="heatmap-layers">
          <canvas ref={tokenCanvas} aria-hidden />
          <canvas ref={markCanvas} aria-hidden />
        </div>
      </div>
      <p className="visually-hidden" aria-live="polite">
        {focused >= 0 && focused < tokens.count ? tokenSentence(tokens, focused, look.reasoning[focused] === 1) : ''}
      </p>
    </div>
  )
}
