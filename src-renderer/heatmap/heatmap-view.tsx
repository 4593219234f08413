import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { frames } from '../lib/frame-queue.ts'
import { t } from '../lib/i18n/translate.ts'
import { tokenSentence } from './describe.ts'
import { HeatmapController, type HeatmapLook } from './heatmap-controller.ts'
import { type Move, metrics, moveFocus, type WrapMode } from './layout.ts'
import type { HeatmapLink } from './link.ts'
import type { ScrollLink } from './scroll-link.ts'
import type { HeatmapTokens } from './tokens.ts'

interface HeatmapViewProps {
  readonly tokens: HeatmapTokens
  /** Memoise it: a new object repaints. */
  readonly look: HeatmapLook
  readonly wrap: WrapMode
  /** The focused token, or -1. */
  readonly focused: number
  /** The token under the pointer, here or in a linked view; the store is read and written without React. */
  readonly link: HeatmapLink
  readonly found: Uint8Array | null
  readonly range: readonly [from: number, to: number] | null
  readonly onFocus: (token: number) => void
  /** Shared by heatmaps that scroll in lock-step. */
  readonly scroll?: ScrollLink
}

const keyMoves: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'line-start',
  End: 'line-end',
  PageUp: 'page-up',
  PageDown: 'page-down',
}

/** The token heatmap: a window on the response, one tab stop, the arrow keys walk through the tokens. */
export function HeatmapView(props: HeatmapViewProps) {
  const { tokens, look, wrap, focused, link, found, range, onFocus, scroll: scrollLink } = props
  const box = useRef<HTMLDivElement>(null)
  const tokenCanvas = useRef<HTMLCanvasElement>(null)
  const markCanvas = useRef<HTMLCanvasElement>(null)
  const controller = useRef<HeatmapController | null>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const latest = useRef({ tokens, look, wrap, focused, found, range })
  latest.current = { tokens, look, wrap, focused, found, range }

  useEffect(() => {
    const elements = {
      tokens: tokenCanvas.current!,
      marks: markCanvas.current!,
      sizeChanged: (width: number, height: number) => setSize({ width, height }),
      sightChanged: (sight: readonly [number, number] | null) => link.setState({ sight }),
    }
    const created = new HeatmapController(frames, elements, latest.current.tokens, latest.current.look)
    created.setWrap(latest.current.wrap)
    controller.current = created
    const unlink = link.subscribe(({ hovered }) => created.setMarks({ hovered }))
    const resizes = new ResizeObserver(() =>
      created.setSize(box.current?.clientWidth ?? 0, box.current?.clientHeight ?? 0),
    )
    resizes.observe(box.current!)
    return () => {
      unlink()
      resizes.disconnect()
      created.destroy()
    }
  }, [link])
  useEffect(() => scrollLink?.join(box.current!), [scrollLink])
  useEffect(() => {
    const { look, focused, found, range } = latest.current
    controller.current?.setTokens(tokens, look)
    // A response that grows keeps its marks.
    controller.current?.setMarks({ focused, found, range })
  }, [tokens])
  useEffect(() => controller.current?.setLook(look), [look])
  useEffect(() => controller.current?.setWrap(wrap), [wrap])
  useEffect(() => controller.current?.setMarks({ found, range }), [found, range])
  useEffect(() => {
    controller.current?.setMarks({ focused })
    const scroll = focused < 0 ? null : controller.current?.scrollTo(focused)
    if (scroll) box.current?.scrollTo(scroll)
  }, [focused])

  const tokenUnder = (event: PointerEvent): number => {
    const { left, top } = box.current!.getBoundingClientRect()
    return controller.current?.tokenAt(event.clientX - left, event.clientY - top) ?? -1
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = keyMoves[event.key]
    if (!move || !controller.current) return
    event.preventDefault()
    const whole = event.ctrlKey && (move === 'line-start' || move === 'line-end')
    const wanted: Move = whole ? (move === 'line-start' ? 'start' : 'end') : move
    const linesPerPage = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / metrics.lineHeight) - 1)
    onFocus(focused < 0 ? 0 : moveFocus(controller.current.shownLayout, focused, wanted, linesPerPage))
  }
  return (
    <div
      ref={box}
      className="heatmap"
      role="application"
      aria-roledescription={t('token heatmap')}
      aria-label={t('Response of {count} tokens. The arrow keys walk through the tokens, Home and End through lines.', {
        count: tokens.count,
      })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keys.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => focused < 0 && onFocus(0)}
      onScroll={({ currentTarget }) => {
        controller.current?.setScroll(currentTarget.scrollTop, currentTarget.scrollLeft)
        scrollLink?.moved(currentTarget)
      }}
      onPointerMove={(event) => link.setState({ hovered: tokenUnder(event) })}
      onPointerLeave={() => link.setState({ hovered: -1 })}
      onPointerDown={(event) => {
        const token = tokenUnder(event)
        if (token >= 0) onFocus(token)
      }}
    >
      <div
        className="heatmap-text"
        style={{ height: size.height, minWidth: wrap === 'lines' ? size.width : undefined }}
      >
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
