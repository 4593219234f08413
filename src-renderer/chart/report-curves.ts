import { formatNumber } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import type { RunColumns } from '../lib/run-columns.ts'
import { chartSvg } from './drawing.ts'
import { emptyPoints, updatePoints } from './line-points.ts'
import { exactScale, niceScale } from './nice-scale.ts'
import type { LineSource } from './panel-controller.ts'
import { type PanelSpec, panelSections } from './panels.ts'
import { escaped } from './report-html.ts'
import { unitWord } from './summary.ts'

/** A drawing of a report: three of them side by side on a screen, two on paper. */
const size = { width: 420, plotHeight: 170 } as const

export interface ReportCurves {
  /** In order, what is looked at most first. */
  readonly panels: readonly PanelSpec[]
  readonly sourcesOf: (panel: PanelSpec) => readonly LineSource[]
  readonly columnsOf: (id: string) => RunColumns
  readonly smoothing: number
  /** Where the x axes of all drawings end. */
  readonly lastStep: number
}

/** The panels by theme as grids of drawings; what has no value is left out. */
export function curveParts(curves: ReportCurves): { title: string; content: string }[] {
  return panelSections(curves.panels).flatMap(({ title, panels }) => {
    const figures = panels.flatMap((panel) => figure(panel, curves))
    return figures.length === 0 ? [] : [{ title: t(title), content: `<div class="grid">${figures.join('\n')}</div>` }]
  })
}

/** What the lines and the numbers of smoothed drawings are. */
export function smoothingNote(smoothing: number): string {
  if (smoothing === 0) return ''
  const note = t('Bold lines are smoothed with weight {weight}; faint lines and numbers are as recorded.', {
    weight: formatNumber(smoothing, 2),
  })
  return `<p>${escaped(note)}</p>`
}

function figure(panel: PanelSpec, { sourcesOf, columnsOf, smoothing, lastStep }: ReportCurves): string[] {
  const all = sourcesOf(panel).map(({ runId, metric, label, colour, dash, edge }) => {
    const points = emptyPoints(metric.startsWith('eval/') ? 0 : smoothing)
    updatePoints(points, columnsOf(runId), metric, 0)
    return { label, colour, dash, points, smoothed: points.smoothing > 0, ...(edge ? { edge } : {}) }
  })
  const lines = all.filter(({ points }) => points.count > 0)
  if (lines.length === 0) return []
  const heights = lines.flatMap(({ points }) => [...points.raw.subarray(0, points.count)])
  const { bands = false, unit } = panel
  const y = niceScale([...heights, ...(panel.suggestedRange ?? [])], unit)
  const word = unitWord(unit)
  const title = word === '' ? t(panel.title) : `${t(panel.title)} (${t(word)})`
  const svg = chartSvg({ title, axisLabel: t('step'), unit, lines, bands, x: exactScale(0, lastStep), y, size })
  return [`<figure>${svg}</figure>`]
}
