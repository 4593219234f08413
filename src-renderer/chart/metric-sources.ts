import { t } from '../lib/i18n/translate.ts'
import type { Theme } from '../lib/view-state.ts'
import { chartPalettes, lineColour, lineDash } from './palette.ts'
import type { LineSource } from './panel-controller.ts'
import { shortLabel } from './panels.ts'

/** Lines of one run's metrics: the two token classes look the same in every panel, the rest follow the palette. */
export function metricSources(runId: string, metrics: readonly string[], theme: Theme): LineSource[] {
  const palette = chartPalettes[theme]
  const byClass = metrics.some((metric) => metric.endsWith('/reasoning'))
  return metrics.map((metric, index) => {
    const label = t(shortLabel(metric))
    if (metric.endsWith('/reasoning')) return { runId, metric, label, colour: palette.reasoning, dash: lineDash(0) }
    if (metric.endsWith('/knowledge')) return { runId, metric, label, colour: palette.knowledge, dash: lineDash(1) }
    if (byClass) return { runId, metric, label, colour: palette.neutral, dash: lineDash(2) }
    return { runId, metric, label, colour: lineColour(palette, index), dash: lineDash(index) }
  })
}
