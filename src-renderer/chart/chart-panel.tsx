import { ChartLine as ChartIcon, Download, Maximize2, Minimize2, Table2 } from 'lucide-react'
import { type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { useServices } from '../lib/context.tsx'
import { formatInUnit } from '../lib/format.ts'
import { frames } from '../lib/frame-queue.ts'
import { t } from '../lib/i18n/translate.ts'
import { observeBox } from '../lib/observe-box.ts'
import { useTheme, useView } from '../lib/view-state.ts'
import { Button } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { exportChart } from './chart-files.ts'
import { ChartTable, TablePart } from './chart-table.tsx'
import { toggled, useChartView } from './chart-view.ts'
import { useChartWords } from './chart-words.ts'
import type { SeriesSource } from './compare/derived-series.ts'
import { ChartLegend } from './legend.tsx'
import type { ChartMark } from './marks.ts'
import { chartPalettes } from './palette.ts'
import { type LineSource, PanelController } from './panel-controller.ts'
import { unitWord } from './summary.ts'
import { useLarge } from './use-large.ts'

export interface ChartPanelProps {
  readonly title: string
  readonly unit: string
  /** Memoise it: a new array rebuilds the lines. */
  readonly sources: readonly LineSource[]
  readonly suggestedRange?: readonly [from: number, to: number]
  /** Fills the room between the lines. */
  readonly bands?: boolean
  /** Where the lines come from; the live runs when absent. */
  readonly series?: SeriesSource
  /** Checkpoints and events on the x axis; memoise them. */
  readonly marks?: readonly ChartMark[]
}

const noMarks: readonly ChartMark[] = []

/** A chart with its title, legend, readout and table. */
export function ChartPanel(props: ChartPanelProps) {
  const { title, unit, sources } = props
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const panel = useRef<HTMLElement>(null)
  const [large, setLarge] = useLarge(panel)
  const [asTable, setAsTable] = useState(false)
  const values = useRef<(HTMLElement | null)[]>([])
  const shown = useMemo(
    () => sources.filter((source) => !hidden.has(source.edge?.of ?? source.label)),
    [sources, hidden],
  )
  const controller = useRef<PanelController | null>(null)
  const logY = useChartView((view) => view.logPanels.includes(title))
  const isZoomed = useChartView((view) => view.range !== null)
  const smoothing = useView((view) => view.settings.smoothing)
  const numbers = isZoomed ? t('Numbers (CSV), also those out of sight') : t('Numbers (CSV)')
  const readOut = (numbers: readonly (number | null)[]): void =>
    shown.forEach((source, index) => {
      const element = values.current[sources.indexOf(source)]
      if (element) showText(element, formatInUnit(numbers[index], unit, 3))
    })
  const toggle = (label: string): void =>
    setHidden((before) => {
      const after = new Set(before)
      if (!after.delete(label) && before.size < sources.filter(({ edge }) => !edge).length - 1) after.add(label)
      return after
    })
  return (
    <figure ref={panel} className={`card chart-panel${large ? ' chart-panel-large' : ''}`}>
      <figcaption className="chart-head">
        <h3 className="ellipsis" title={title}>
          {title}
        </h3>
        {unitWord(unit) !== '' && <span className="quiet">{t(unitWord(unit))}</span>}
        {asTable && <TablePart />}
        <span className="chart-tools">
          <Button
            kind="quiet"
            small
            className="chart-log"
            aria-label={t('log y axis of {title}', { title })}
            title={t('Logarithmic y axis')}
            aria-pressed={logY}
            onClick={() => useChartView.setState(({ logPanels }) => ({ logPanels: toggled(logPanels, title) }))}
          >
            {t('log')}
          </Button>
          <Menu
            label={t('Save {title}', { title })}
            icon={<Download size={14} />}
            items={(['png', 'svg', 'csv'] as const).map((kind) => ({
              label: { png: t('Picture (PNG)'), svg: t('Drawing (SVG)'), csv: numbers }[kind],
              run: () => exportChart(kind, { title, unit }, controller.current),
            }))}
          />
          <Button
            kind="quiet"
            small
            icon={asTable ? <ChartIcon size={14} /> : <Table2 size={14} />}
            aria-label={asTable ? t('Show {title} as a chart', { title }) : t('Show {title} as a table', { title })}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          />
          <Button
            kind="quiet"
            small
            icon={large ? <Minimize2 size={14} /> : <Maximize2 size={14} />}
            aria-label={large ? t('Make {title} smaller', { title }) : t('Make {title} larger', { title })}
            aria-pressed={large}
            onClick={() => setLarge(!large)}
          />
        </span>
      </figcaption>
      <ChartLegend {...{ sources, hidden, smoothing, values }} onToggle={toggle} />
      <ChartCanvas {...props} sources={shown} {...{ readOut, asTable, logY, smoothing, controller }} />
    </figure>
  )
}

/** A text node that is kept costs the browser less than a new one. */
function showText(element: HTMLElement, text: string): void {
  const { firstChild } = element
  if (!firstChild) element.textContent = text
  else if (firstChild.nodeValue !== text) firstChild.nodeValue = text
}

interface ChartCanvasProps extends ChartPanelProps {
  readonly readOut: (values: readonly (number | null)[]) => void
  readonly asTable: boolean
  readonly logY: boolean
  readonly smoothing: number
  readonly controller: RefObject<PanelController | null>
}

function ChartCanvas(props: ChartCanvasProps) {
  const { title, unit, sources, suggestedRange, readOut, asTable, logY, smoothing, controller } = props
  const { bands = false, marks = noMarks } = props
  const services = useServices()
  const live = props.series ?? services.live
  const palette = chartPalettes[useTheme()]
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<HTMLCanvasElement>(null)
  const hover = useRef<HTMLCanvasElement>(null)
  const drag = useRef<'brush' | 'pan' | null>(null)
  const axis = useChartView((view) => view.axis)
  const logX = useChartView((view) => view.logX)
  const latestReadOut = useRef(readOut)
  latestReadOut.current = readOut
  const runIds = sources.map((source) => source.runId).join()
  const look = useMemo(
    () => ({
      ...{ palette, sources, smoothing, axis, logX, logY, bands, marks, unit },
      ...(suggestedRange ? { suggestedRange } : {}),
    }),
    [palette, sources, smoothing, axis, logX, logY, bands, marks, unit, suggestedRange],
  )
  const latestLook = useRef(look)
  latestLook.current = look

  // biome-ignore lint/correctness/useExhaustiveDependencies: new runs need new subscriptions; a new look is applied below.
  useEffect(() => {
    const elements = {
      chart: chart.current!,
      hover: hover.current!,
      readOut: (values: readonly (number | null)[]) => latestReadOut.current(values),
    }
    const created = new PanelController(live, frames, elements, latestLook.current)
    controller.current = created
    const leaveBox = observeBox(box.current!, ({ width, height, inSight }) => {
      // The other observer tells changes alone: a box that was said to have left here might never be said to be back.
      if (inSight) created.setVisible(true)
      created.resize(width, height)
    })
    const sights = new IntersectionObserver((entries) => created.setVisible(entries.at(-1)?.isIntersecting ?? true))
    sights.observe(box.current!)
    const element = box.current!
    // React listens passively, which could not keep the page from zooming.
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      created.zoomAt(event.clientX - element.getBoundingClientRect().left, event.deltaY > 0 ? 1.25 : 0.8)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      element.removeEventListener('wheel', onWheel)
      leaveBox()
      sights.disconnect()
      created.destroy()
      controller.current = null
    }
  }, [live, runIds, controller])
  useEffect(() => {
    controller.current?.setLook(look)
  }, [controller, look])

  const { summary, leftOut } = useChartWords(controller, title, unit)
  const pixel = (event: PointerEvent): number => event.clientX - box.current!.getBoundingClientRect().left
  return (
    <>
      <div
        ref={box}
        className={`chart-box${asTable ? ' chart-box-behind' : ''}`}
        role="img"
        aria-label={leftOut === '' ? summary : `${summary} (${leftOut})`}
        title={t('Drag to zoom, Shift and drag to move, Ctrl and wheel to zoom, double-click for all')}
        onPointerMove={(event) => {
          if (drag.current === 'pan') controller.current?.panBy(event.movementX)
          controller.current?.pointAt(pixel(event))
        }}
        onPointerLeave={() => controller.current?.pointAt(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          drag.current = event.shiftKey ? 'pan' : 'brush'
          if (!event.shiftKey) controller.current?.startBrush(pixel(event))
        }}
        onPointerUp={() => {
          if (drag.current === 'brush') controller.current?.endBrush()
          drag.current = null
        }}
        onDoubleClick={() => useChartView.setState({ range: null })}
      >
        <canvas ref={chart} aria-hidden />
        <canvas ref={hover} aria-hidden className="chart-hover" />
        {leftOut !== '' && <span className="chart-note quiet">{leftOut}</span>}
      </div>
      {asTable && <ChartTable lines={controller.current?.shown ?? []} {...{ title, unit, sources }} />}
    </>
  )
}
