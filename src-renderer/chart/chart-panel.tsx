import { ChartLine as ChartIcon, Maximize2, Minimize2, Table2 } from 'lucide-react'
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useServices } from '../lib/context.tsx'
import { formatNumber } from '../lib/format.ts'
import { frames } from '../lib/frame-queue.ts'
import { useTheme, useView } from '../lib/view-state.ts'
import { Button } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { useChartView } from './chart-view.ts'
import { ChartLegend } from './legend.tsx'
import { chartPalettes } from './palette.ts'
import { type LineSource, PanelController } from './panel-controller.ts'
import { chartRows, chartSummary } from './summary.ts'

export interface ChartPanelProps {
  readonly title: string
  readonly unit: string
  /** Memoise it: a new array rebuilds the lines. */
  readonly sources: readonly LineSource[]
  readonly suggestedRange?: readonly [from: number, to: number]
}

/** How often the words and the table of a chart follow its lines; the canvas follows every frame. */
const wordsEveryMs = 2000

/** A chart with its title, legend, readout and table. */
export function ChartPanel(props: ChartPanelProps) {
  const { title, unit, sources } = props
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [large, setLarge] = useState(false)
  const [asTable, setAsTable] = useState(false)
  const values = useRef<(HTMLElement | null)[]>([])
  const shown = useMemo(() => sources.filter((source) => !hidden.has(source.label)), [sources, hidden])
  const readOut = (_step: number | null, numbers: readonly (number | null)[]): void =>
    shown.forEach((source, index) => {
      const element = values.current[sources.indexOf(source)]
      if (element) element.textContent = formatNumber(numbers[index], 3)
    })
  const toggle = (label: string): void =>
    setHidden((before) => {
      const after = new Set(before)
      if (!after.delete(label) && before.size < sources.length - 1) after.add(label)
      return after
    })
  return (
    <figure className={`card chart-panel${large ? ' chart-panel-large' : ''}`}>
      <figcaption className="chart-head">
        <h3 className="ellipsis" title={title}>
          {title}
        </h3>
        {unit !== '' && <span className="quiet">{unit}</span>}
        <span className="chart-tools">
          <Button
            kind="quiet"
            small
            icon={asTable ? <ChartIcon size={14} /> : <Table2 size={14} />}
            aria-label={asTable ? `Show ${title} as a chart` : `Show ${title} as a table`}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          />
          <Button
            kind="quiet"
            small
            icon={large ? <Minimize2 size={14} /> : <Maximize2 size={14} />}
            aria-label={large ? `Make ${title} smaller` : `Make ${title} larger`}
            aria-pressed={large}
            onClick={() => setLarge(!large)}
          />
        </span>
      </figcaption>
      <ChartLegend sources={sources} hidden={hidden} onToggle={toggle} values={values} />
      <ChartCanvas {...props} sources={shown} readOut={readOut} asTable={asTable} />
    </figure>
  )
}

interface ChartCanvasProps extends ChartPanelProps {
  readonly readOut: (step: number | null, values: readonly (number | null)[]) => void
  readonly asTable: boolean
}

function ChartCanvas({ title, unit, sources, suggestedRange, readOut, asTable }: ChartCanvasProps) {
  const { live } = useServices()
  const palette = chartPalettes[useTheme()]
  const smoothing = useView((view) => view.settings.smoothing)
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<HTMLCanvasElement>(null)
  const hover = useRef<HTMLCanvasElement>(null)
  const controller = useRef<PanelController | null>(null)
  const latestReadOut = useRef(readOut)
  latestReadOut.current = readOut
  const runIds = sources.map((source) => source.runId).join()
  const look = useMemo(
    () => ({ palette, sources, smoothing, ...(suggestedRange ? { suggestedRange } : {}) }),
    [palette, sources, smoothing, suggestedRange],
  )
  const latestLook = useRef(look)
  latestLook.current = look

  // biome-ignore lint/correctness/useExhaustiveDependencies: new runs need new subscriptions; a new look is applied below.
  useEffect(() => {
    const elements = {
      chart: chart.current!,
      hover: hover.current!,
      readOut: (step: number | null, values: readonly (number | null)[]) => latestReadOut.current(step, values),
    }
    const created = new PanelController(live, frames, elements, latestLook.current)
    controller.current = created
    const resizes = new ResizeObserver(created.resize)
    resizes.observe(box.current!)
    const sights = new IntersectionObserver(([entry]) => created.setVisible(entry?.isIntersecting ?? true))
    sights.observe(box.current!)
    return () => {
      resizes.disconnect()
      sights.disconnect()
      created.destroy()
      controller.current = null
    }
  }, [live, runIds])
  useEffect(() => controller.current?.setLook(look), [look])

  const words = useChartWords(controller, title, unit)
  const pixel = (event: PointerEvent): number => event.clientX - box.current!.getBoundingClientRect().left
  return (
    <>
      <div
        ref={box}
        className={`chart-box${asTable ? ' visually-hidden' : ''}`}
        role="img"
        aria-label={words}
        onPointerMove={(event) => controller.current?.pointAt(pixel(event))}
        onPointerLeave={() => controller.current?.pointAt(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          controller.current?.startBrush(pixel(event))
        }}
        onPointerUp={() => controller.current?.endBrush()}
        onDoubleClick={() => useChartView.setState({ range: null })}
      >
        <canvas ref={chart} aria-hidden />
        <canvas ref={hover} aria-hidden className="chart-hover" />
      </div>
      {asTable && <ChartTable controller={controller} title={title} sources={sources} />}
    </>
  )
}

/** The chart in words, renewed at a reading pace. */
function useChartWords(controller: { readonly current: PanelController | null }, title: string, unit: string): string {
  const [words, setWords] = useState(chartSummary(title, unit, []))
  useEffect(() => {
    const renew = (): void => setWords(chartSummary(title, unit, controller.current?.shown ?? []))
    const soon = setTimeout(renew, 300)
    const timer = setInterval(renew, wordsEveryMs)
    return () => {
      clearTimeout(soon)
      clearInterval(timer)
    }
  }, [controller, title, unit])
  return words
}

function ChartTable(props: {
  controller: { readonly current: PanelController | null }
  title: string
  sources: readonly LineSource[]
}) {
  const rows = chartRows(props.controller.current?.shown ?? []).toReversed()
  return (
    <DataTable
      label={`${props.title}, newest step first`}
      columns={[{ label: 'Step', number: true }, ...props.sources.map(({ label }) => ({ label, number: true }))]}
      rowCount={rows.length}
      cell={(row, column) =>
        column === 0 ? String(rows[row]!.step) : formatNumber(rows[row]!.values[column - 1] ?? null)
      }
      className="chart-table"
    />
  )
}
