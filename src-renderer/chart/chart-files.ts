import { downloadFile } from '../lib/download.ts'
import { t } from '../lib/i18n/translate.ts'
import { notify } from '../lib/view-state.ts'
import { axes } from './axis.ts'
import { useChartView } from './chart-view.ts'
import { chartCsv, chartSvg } from './export.ts'
import type { PanelController } from './panel-controller.ts'

/** Saves what a panel shows: a picture as on the screen, a drawing for papers, or its numbers. */
export function exportChart(kind: 'png' | 'svg' | 'csv', title: string, panel: PanelController | null): void {
  const chart = panel?.painted
  const { label } = axes[useChartView.getState().axis]
  if (!panel || !chart) notify('error', t('{title} has not been drawn yet; scroll to it first.', { title }))
  else if (kind === 'csv') downloadFile(`${title}.csv`, chartCsv(label, panel.shown), 'text/csv')
  else if (kind === 'svg') {
    const drawing = { title, axisLabel: t(label), unit: panel.unit, lines: panel.shown, bands: panel.hasBands }
    const svg = chartSvg({ ...drawing, x: chart.x, y: chart.y })
    downloadFile(`${title}.svg`, svg, 'image/svg+xml')
  } else picture(panel.canvas, panel.surface).toBlob((blob) => blob && downloadFile(`${title}.png`, blob))
}

/** The chart on its ground: a canvas alone is transparent. */
function picture(source: HTMLCanvasElement, surface: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = source.width
  canvas.height = source.height
  const context = canvas.getContext('2d')!
  context.fillStyle = surface
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(source, 0, 0)
  return canvas
}
