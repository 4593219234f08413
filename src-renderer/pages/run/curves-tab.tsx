import { Fragment, memo, useMemo, useRef, useSyncExternalStore } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { chartActions, chartExtent, curveSearchId } from '../../chart/chart-actions.ts'
import { ChartPanel } from '../../chart/chart-panel.tsx'
import { ChartToolbar } from '../../chart/chart-toolbar.tsx'
import { toggled, useChartView } from '../../chart/chart-view.ts'
import { type ChartMark, marksOf } from '../../chart/marks.ts'
import { metricSources } from '../../chart/metric-sources.ts'
import { fillsRowsOfThree, type PanelSection, type PanelSpec, panelSections, panelsFor } from '../../chart/panels.ts'
import '../../chart/chart.css'
import { usePageActions } from '../../commands/registry.ts'
import { useServices } from '../../lib/context.tsx'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useNearSight } from '../../lib/near-sight.ts'
import { useCall } from '../../lib/queries.ts'
import { useTheme } from '../../lib/view-state.ts'
import { HoverNote } from './hover-note.tsx'
import { ReportButton } from './report-button.tsx'
import { StepTimes } from './step-times.tsx'

const noMarks: readonly ChartMark[] = []

/** Live curves of one run, by theme. */
export function CurvesTab({ run }: { run: RunSummary }) {
  const { live } = useServices()
  const names = useMetricNames(run.id)
  const [search, setSearch] = useAddressState('find')
  usePageActions(useMemo(() => chartActions(() => chartExtent(live.columnsOf(run.id))), [live, run.id]))
  const panels = useMemo(() => panelsFor(names === '' ? [] : names.split('\n')), [names])
  const sections = useMemo(() => panelSections(panels, search), [panels, search])
  const detail = useCall('runs.get', { id: run.id }, { keepPrevious: true })
  // The lists stay the same objects while their contents do; the rest of the answer changes with every step.
  const { checkpoints, events } = detail.data ?? {}
  const marks = useMemo(
    () => (checkpoints && events ? marksOf({ checkpoints, events }) : noMarks),
    [checkpoints, events],
  )
  if (panels.length === 0)
    return (
      <>
        <StepTimes {...{ run, names }} />
        <p className="empty" role="status">
          {run.step === 0 ? t('The curves begin with the first step.') : t('Loading the curves…')}
        </p>
      </>
    )
  return (
    <>
      <div className="curves-toolbar">
        <ChartToolbar>
          <input
            id={curveSearchId}
            className="input panel-search"
            type="search"
            placeholder={t('Find a curve')}
            aria-label={t('Find a curve')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          {detail.data && <ReportButton detail={detail.data} />}
        </ChartToolbar>
        <HoverNote runId={run.id} marks={marks} />
      </div>
      {sections.length === 0 && <p className="empty">{t('No curve is called “{search}”.', { search })}</p>}
      {sections.map((section, index) => (
        <Fragment key={section.title}>
          <Section {...{ section, marks }} runId={run.id} open={search !== ''} eager={index === 0} />
          {index === 0 && search === '' && <StepTimes {...{ run, names }} />}
        </Fragment>
      ))}
    </>
  )
}

interface SectionProps {
  readonly runId: string
  readonly section: PanelSection
  readonly marks: readonly ChartMark[]
  /** Shown even when folded: a search led here. */
  readonly open: boolean
  /** Its panels are made at once. */
  readonly eager: boolean
}

const Section = memo(function Section({ runId, section: { title, panels }, marks, open, eager }: SectionProps) {
  const folded = useChartView((view) => view.folded.includes(title))
  return (
    <details
      className="panel-section"
      open={open || !folded}
      onToggle={(event) => {
        const closed = !event.currentTarget.open
        if (!open && closed !== folded) useChartView.setState((view) => ({ folded: toggled(view.folded, title) }))
      }}
    >
      <summary>
        <h2>{t(title)}</h2> <span className="quiet">{panels.length}</span>
      </summary>
      {(open || !folded) && (
        <div className={fillsRowsOfThree(panels.length) ? 'chart-grid chart-grid-thirds' : 'chart-grid'}>
          {panels.map((panel) => (
            <NearPanel key={panel.id} eager={eager} {...{ runId, panel, marks }} />
          ))}
        </div>
      )}
    </details>
  )
})

interface MetricPanelProps {
  readonly runId: string
  readonly panel: PanelSpec
  readonly marks: readonly ChartMark[]
}

/** A panel that is made when it comes near the sight: a run may have a hundred, and a window shows nine. */
const NearPanel = memo(function NearPanel({ eager, ...panel }: MetricPanelProps & { readonly eager: boolean }) {
  const place = useRef<HTMLDivElement>(null)
  return useNearSight(place, eager) ? <MetricPanel {...panel} /> : <div ref={place} className="chart-place" />
})

/** Drawn anew only when the panel changes; progress of the run is none of its business. */
const MetricPanel = memo(function MetricPanel({ runId, panel, marks }: MetricPanelProps) {
  const theme = useTheme()
  const names = panel.metrics.join('\n')
  const sources = useMemo(() => metricSources(runId, names.split('\n'), theme), [runId, names, theme])
  return (
    <ChartPanel
      title={t(panel.title)}
      unit={panel.unit}
      sources={sources}
      marks={marks}
      bands={panel.bands ?? false}
      {...(panel.suggestedRange ? { suggestedRange: panel.suggestedRange } : {})}
    />
  )
})

/** Names of the run's recorded metrics, joined: a new text only when a new metric appears. */
function useMetricNames(runId: string): string {
  const { live } = useServices()
  const subscribe = useMemo(() => (listener: () => void) => live.subscribeSeries(runId, listener), [live, runId])
  return useSyncExternalStore(subscribe, () => joined(live.columnsOf(runId).names))
}

const joinedNames = new WeakMap<ReadonlySet<string>, { count: number; text: string }>()

function joined(names: ReadonlySet<string>): string {
  const known = joinedNames.get(names)
  if (known?.count === names.size) return known.text
  const text = [...names].join('\n')
  joinedNames.set(names, { count: names.size, text })
  return text
}
