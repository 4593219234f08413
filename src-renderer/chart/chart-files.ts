import { downloadFile } from '../lib/download.ts'
import { errorSentence } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import { notify } from '../lib/view-state.ts'
import { axes } from './axis.ts'
import { useChartView } from './chart-view.ts'
import { chartCsv } from './csv.ts'
import { chartSvg } from './drawing.ts'
import { onPaper } from './palette.ts'
import type { PanelController } from './panel-controller.ts'
import { unitWord } from './summary.ts'

/** Saves what a panel shows: a picture in the colours of the screen, a drawing for papers, or its numbers. */
export function exportChart(
  kind: 'png' | 'svg' | 'csv',
  { title, unit }: { readonly title: string; readonly unit: string },
  panel: PanelController | null,
): void {
  const chart = panel?.painted
  const { label } = axes[useChartView.getState().axis]
  if (!panel || !chart) {
    notify('error', t('{title} has not been drawn yet; scroll to it first.', { title }))
    return
  }
  const { x, y } = chart
  const isSmoothed = panel.shown.some(({ smoothed }) => smoothed)
  const word = unitWord(unit)
  const heading = word === '' ? title : `${title} (${t(word)})`
  const drawing = {
    ...{ title: heading, x, y },
    axisLabel: isSmoothed ? `${t(label)} (${t('lines smoothed, numbers as recorded')})` : t(label),
    unit,
    lines: panel.shown,
    bands: panel.hasBands,
  }
  if (kind === 'csv') downloadFile(`${title}.csv`, chartCsv(label, panel.shown), 'text/csv')
  else if (kind === 'svg') {
    const lines = panel.shown.map((line) => ({ ...line, colour: onPaper(line.colour) }))
    downloadFile(`${title}.svg`, chartSvg({ ...drawing, lines }), 'image/svg+xml')
  } else
    picture(chartSvg({ ...drawing, palette: panel.palette })).then(
      (blob) => downloadFile(`${title}.png`, blob),
      (error: unknown) => notify('error', errorSentence(error)),
    )
}

/** Pixels of a picture per unit of the drawing. */
const pictureScale = 2

/** A drawing as PNG. */
async function picture(svg: string): Promise<Blob> {
  const image = new Image()
  // The page's policy lets images come from data alone.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = new OffscreenCanvas(pictureScale * image.width, pictureScale * image.height)
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.convertToBlob({ type: 'image/png' })
}
