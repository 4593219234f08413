import type { RunDetail } from '../../src-preload/contract/run.ts'
import { cssColour, parseColour } from '../lib/colour.ts'
import { t } from '../lib/i18n/translate.ts'
import { faintOpacity } from './band.ts'
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

/** Marks closer than this are not told apart, pixels. */
const markWidth = 9
/** Up to so many events have a line over the whole chart: more would hide the curves. */
const fewEvents = 12

/** Paints marks at the foot of the chart: a triangle for a checkpoint, a diamond with a faint line for an event, a bar for many. */
export function paintMarks(
  context: ChartContext,
  chart: Pick<PaintedChart, 'area' | 'x'>,
  marks: readonly PlacedMark[],
  palette: ChartPalette,
): void {
  const { top, bottom } = chart.area
  const events = markSpans(chart, marks, 'event')
  if (events.length <= fewEvents) {
    context.fillStyle = cssColour(parseColour(palette.reasoning), faintOpacity)
    for (const [from, to] of events) if (from === to) context.fillRect(from - 0.5, top, 1, bottom - top - 8)
  }
  context.fillStyle = palette.reasoning
  fillShapes(context, events, (from, to) => [
    ...[from, bottom - 8, to, bottom - 8, to + 4, bottom - 4, to, bottom, from, bottom, from - 4, bottom - 4],
  ])
  context.fillStyle = palette.quiet
  fillShapes(context, markSpans(chart, marks, 'checkpoint'), (from, to) => [
    ...[from - 3.5, bottom, from, bottom - 6, to, bottom - 6, to + 3.5, bottom],
  ])
}

/** A mark, or several that touch: its first and its last place, pixels. */
type Span = readonly [from: number, to: number]

/** Fills one shape for each span; a shape is its corners, x and y in turn. */
function fillShapes(context: ChartContext, spans: readonly Span[], shapeOf: (...span: Span) => number[]): void {
  context.beginPath()
  for (const span of spans) {
    const [x, y, ...rest] = shapeOf(...span)
    context.moveTo(x!, y!)
    for (let corner = 0; corner < rest.length; corner += 2) context.lineTo(rest[corner]!, rest[corner + 1]!)
  }
  context.fill()
}

/** Where marks of a kind are drawn; those that would touch are one. */
function markSpans({ x }: Pick<PaintedChart, 'x'>, marks: readonly PlacedMark[], kind: ChartMark['kind']): Span[] {
  const places = marks
    .filter((mark) => mark.kind === kind && mark.x >= x.min && mark.x <= x.max)
    .map((mark) => Math.round(x.pixelOf(mark.x)) + 0.5)
    .sort((a, b) => a - b)
  const spans: [number, number][] = []
  for (const place of places) {
    const last = spans.at(-1)
    if (last && place - last[1] < markWidth) last[1] = place
    else spans.push([place, place])
  }
  return spans
}
