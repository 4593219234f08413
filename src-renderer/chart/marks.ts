import type { RunDetail } from '../../src-preload/contract/run.ts'
import { t } from '../lib/i18n/translate.ts'
import type { PaintedChart } from './line-chart.ts'
import type { ChartContext } from './paint-lines.ts'
import type { ChartPalette } from './palette.ts'

/** Something that happened at a step and is marked on the x axes. */
export interface ChartMark {
  readonly step: number
  readonly kind: 'checkpoint' | 'event'
  readonly text: string
}

/** A mark with its place on the x axis. */
export interface PlacedMark extends ChartMark {
  readonly x: number
}

/** Events that every run has and nobody needs marked. */
const quietKinds: ReadonlySet<string> = new Set(['started', 'finished', 'checkpoint', 'evaluation'])

/** The checkpoints and the remarkable events of a run. */
export function marksOf({ checkpoints, events }: Pick<RunDetail, 'checkpoints' | 'events'>): ChartMark[] {
  return [
    ...checkpoints.map(({ step }) => ({
      step,
      kind: 'checkpoint' as const,
      text: t('checkpoint {step}', { step: String(step) }),
    })),
    ...events
      .filter(({ kind }) => !quietKinds.has(kind))
      .map(({ step, message }) => ({ step, kind: 'event' as const, text: message })),
  ]
}

/** Paints marks at the foot of the chart: a triangle for a checkpoint, a diamond with a faint line for an event. */
export function paintMarks(
  context: ChartContext,
  chart: Pick<PaintedChart, 'area' | 'x'>,
  marks: readonly PlacedMark[],
  palette: ChartPalette,
): void {
  const { top, bottom } = chart.area
  const events = markPixels(chart, marks, 'event')
  context.fillStyle = palette.reasoning
  for (const at of events) context.fillRect(at - 0.5, top, 1, bottom - top - 8)
  fillShapes(context, events, (at) => [at, bottom - 8, at + 4, bottom - 4, at, bottom, at - 4, bottom - 4])
  context.fillStyle = palette.quiet
  fillShapes(context, markPixels(chart, marks, 'checkpoint'), (at) => [
    ...[at - 3.5, bottom, at, bottom - 6, at + 3.5, bottom],
  ])
}

/** Fills one shape for each place; a shape is its corners, x and y in turn. */
function fillShapes(context: ChartContext, places: Iterable<number>, shapeAt: (place: number) => number[]): void {
  context.beginPath()
  for (const place of places) {
    const [x, y, ...rest] = shapeAt(place)
    context.moveTo(x!, y!)
    for (let corner = 0; corner < rest.length; corner += 2) context.lineTo(rest[corner]!, rest[corner + 1]!)
  }
  context.fill()
}

/** Where marks of a kind are drawn: one for all that fall on the same pixel. */
function markPixels(
  { x }: Pick<PaintedChart, 'x'>,
  marks: readonly PlacedMark[],
  kind: ChartMark['kind'],
): Set<number> {
  const inSight = marks.filter((mark) => mark.kind === kind && mark.x >= x.min && mark.x <= x.max)
  return new Set(inSight.map((mark) => Math.round(x.pixelOf(mark.x)) + 0.5))
}
