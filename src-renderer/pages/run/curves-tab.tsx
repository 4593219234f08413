import { memo, useCallback, useMemo, useSyncExternalStore } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { chartActions, chartExtent } from '../../chart/chart-actions.ts'
import { ChartPanel } from '../../chart/chart-panel.tsx'
import { ChartToolbar } from '../../chart/chart-toolbar.tsx'
import { type ChartMark, marksOf } from '../../chart/marks.ts'
import { metricSources } from '../../chart/metric-sources.ts'
import { CurveSearch, PanelSections, useCurveSearch } from '../../chart/panel-sections.tsx'
import { type PanelSpec, panelSections, panelsFor } from '../../chart/panels.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useServices } from '../../lib/context.tsx'
import { t } from '../../lib/i18n/translate.ts'
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
  const [search] = useCurveSearch()
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
  const chartOf = useCallback(
    (panel: PanelSpec) => <MetricPanel runId={run.id} {...{ panel, marks }} />,
    [run.id, marks],
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
          <CurveSearch />
          {detail.data && <ReportButton detail={detail.data} />}
        </ChartToolbar>
        <HoverNote runId={run.id} marks={marks} />
      </div>
      <PanelSections {...{ sections, chartOf }} eager afterFirst={search === '' && <StepTimes {...{ run, names }} />} />
    </>
  )
}

interface MetricPanelProps {
  readonly runId: string
  readonly panel: PanelSpec
  readonly marks: readonly ChartMark[]
}

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
