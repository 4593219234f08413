import { memo, useMemo, useSyncExternalStore } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { ChartPanel } from '../../chart/chart-panel.tsx'
import { ChartToolbar } from '../../chart/chart-toolbar.tsx'
import { metricSources } from '../../chart/metric-sources.ts'
import { type PanelSpec, panelsFor } from '../../chart/panels.ts'
import '../../chart/chart.css'
import { useServices } from '../../lib/context.tsx'
import { useTheme } from '../../lib/view-state.ts'

/** Live curves of one run. */
export function CurvesTab({ run }: { run: RunSummary }) {
  const names = useMetricNames(run.id)
  const panels = useMemo(() => panelsFor(names === '' ? [] : names.split('\n')), [names])
  if (panels.length === 0)
    return (
      <p className="empty" role="status">
        {run.step === 0 ? 'The curves begin with the first step.' : 'Loading the curves…'}
      </p>
    )
  return (
    <>
      <div className="curves-toolbar">
        <ChartToolbar />
      </div>
      <div className="chart-grid">
        {panels.map((panel) => (
          <MetricPanel key={panel.id} runId={run.id} panel={panel} />
        ))}
      </div>
    </>
  )
}

/** Drawn anew only when the panel changes; progress of the run is none of its business. */
const MetricPanel = memo(function MetricPanel({ runId, panel }: { runId: string; panel: PanelSpec }) {
  const theme = useTheme()
  const names = panel.metrics.join('\n')
  const sources = useMemo(() => metricSources(runId, names.split('\n'), theme), [runId, names, theme])
  return (
    <ChartPanel
      title={panel.title}
      unit={panel.unit}
      sources={sources}
      {...(panel.suggestedRange ? { suggestedRange: panel.suggestedRange } : {})}
    />
  )
})

/** Names of the run's recorded metrics, joined: a new text only when a new metric appears. */
function useMetricNames(runId: string): string {
  const { live } = useServices()
  const subscribe = useMemo(() => (listener: () => void) => live.subscribeSeries(runId, listener), [live, runId])
  return useSyncExternalStore(subscribe, () => recordedNames(live.columnsOf(runId).values))
}

const joinedNames = new WeakMap<ReadonlyMap<string, unknown>, { count: number; text: string }>()

function recordedNames(values: ReadonlyMap<string, unknown>): string {
  const known = joinedNames.get(values)
  if (known?.count === values.size) return known.text
  const text = [...values.keys()].join('\n')
  joinedNames.set(values, { count: values.size, text })
  return text
}
