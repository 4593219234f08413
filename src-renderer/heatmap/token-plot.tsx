import { type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { frames } from '../lib/frame-queue.ts'
import { t } from '../lib/i18n/translate.ts'
import type { HeatmapLink } from './link.ts'
import { type TokenRange, tokenAtPixel } from './plot.ts'
import { PlotController, type PlotLook } from './plot-controller.ts'

interface TokenPlotProps {
  readonly label: string
  /** Memoise it: a new object repaints. */
  readonly look: PlotLook
  readonly focused: number
  readonly found: readonly number[]
  readonly link: HeatmapLink
  /** Null shows all tokens again. */
  readonly onBrush: (range: TokenRange | null) => void
  readonly onFocus: (token: number) => void
}

const heightPx = 88
/** A drag shorter than this is a click. */
const brushFromPx = 5

/** One column per token, or per pixel: drag to look at a part, double-click for all, click to go to a token. */
export function TokenPlot({ label, look, focused, found, link, onBrush, onFocus }: TokenPlotProps) {
  const box = useRef<HTMLDivElement>(null)
  const columns = useRef<HTMLCanvasElement>(null)
  const marks = useRef<HTMLCanvasElement>(null)
  const controller = useRef<PlotController | null>(null)
  const brushFrom = useRef<number | null>(null)
  const latest = useRef(look)
  latest.current = look
  useEffect(() => {
    const created = new PlotController(frames, { columns: columns.current!, marks: marks.current! }, latest.current)
    controller.current = created
    const unlink = link.subscribe(({ hovered, sight }) => created.setMarks({ hovered, sight }))
    const resizes = new ResizeObserver(() => created.setSize(box.current?.clientWidth ?? 0, heightPx))
    resizes.observe(box.current!)
    return () => {
      unlink()
      resizes.disconnect()
      created.destroy()
    }
  }, [link])
  useEffect(() => controller.current?.setLook(look), [look])
  useEffect(() => controller.current?.setMarks({ focused, found }), [focused, found])

  const pixel = (event: PointerEvent): number => event.clientX - box.current!.getBoundingClientRect().left
  const tokenAt = (at: number): number => tokenAtPixel(at, look.range, controller.current?.size || 1)
  const onPointerMove = (event: PointerEvent): void => {
    const to = pixel(event)
    link.setState({ hovered: tokenAt(to) })
    if (brushFrom.current !== null) controller.current?.setMarks({ brush: [brushFrom.current, to] })
  }
  const onPointerUp = (event: PointerEvent): void => {
    const from = brushFrom.current
    brushFrom.current = null
    controller.current?.setMarks({ brush: null })
    if (from === null) return
    const [first, last] = [from, pixel(event)].sort((a, b) => a - b).map(tokenAt) as [number, number]
    if (Math.abs(pixel(event) - from) < brushFromPx) onFocus(last)
    else if (last > first) onBrush([first, last])
  }
  const words = useMemo(() => plotWords(label, look), [label, look])
  return (
    <div
      ref={box}
      className="token-plot"
      role="img"
      aria-label={words}
      title={t('Drag to look at a part, double-click for all, click to go to a token')}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        brushFrom.current = pixel(event)
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => link.setState({ hovered: -1 })}
      onDoubleClick={() => onBrush(null)}
    >
      <canvas ref={columns} aria-hidden />
      <canvas ref={marks} aria-hidden />
    </div>
  )
}

function plotWords(label: string, { extent, range, format, categories, values }: PlotLook): string {
  const [from, to] = range
  if (categories) {
    const shown = values.subarray(from, to + 1)
    const counts = categories.map(({ name }, category) => ({
      name,
      count: shown.filter((one) => one === category).length,
    }))
    return t('Plot: {label} of tokens {from} to {to}: {counts}. The table has every value.', {
      ...{ label, from: from + 1, to: to + 1 },
      counts: counts.flatMap(({ name, count }) => (count > 0 ? `${name} ${count}` : [])).join(', '),
    })
  }
  return t('Plot: {label} of tokens {from} to {to}, from {low} to {high}. The table has every value.', {
    label,
    from: from + 1,
    to: to + 1,
    low: format(extent[0]),
    high: format(extent[1]),
  })
}
