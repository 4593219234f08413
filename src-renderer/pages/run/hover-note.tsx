import { axes, stepOfPlace } from '../../chart/axis.ts'
import { useChartView } from '../../chart/chart-view.ts'
import type { ChartMark } from '../../chart/marks.ts'
import { useServices } from '../../lib/context.tsx'
import { formatTime } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'

/** Where the pointer is on the x axes, in steps, tokens and time, and what happened there. */
export function HoverNote({ runId, marks }: { runId: string; marks: readonly ChartMark[] }) {
  const { live } = useServices()
  const hoverX = useChartView((view) => view.hoverX)
  const axis = useChartView((view) => view.axis)
  const columns = live.columnsOf(runId)
  const step = hoverX === null ? null : stepOfPlace(axis, columns, hoverX)
  if (step === null) {
    const kinds = new Set(marks.map((mark) => mark.kind))
    const legend = [
      ...(kinds.has('checkpoint') ? [`▴ ${t('checkpoint')}`] : []),
      ...(kinds.has('event') ? [`◆ ${t('event')}`] : []),
    ]
    return (
      <p className="hover-note quiet" aria-hidden>
        {legend.join(' · ')}
      </p>
    )
  }
  const row = columns.steps.indexOf(step)
  const parts = [
    t('Step {step}', { step: String(step) }),
    t('{count} tokens', { count: axes.tokens.format(axes.tokens.at(columns, row)) }),
    t('trained for {time}', { time: axes.time.format(axes.time.at(columns, row)) }),
    formatTime(columns.atMs[row]!),
    ...marks.filter((mark) => mark.step === step).map((mark) => mark.text),
  ]
  return <p className="hover-note">{parts.join(' · ')}</p>
}
