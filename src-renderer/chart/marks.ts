import type { RunDetail } from '../../src-preload/contract/run.ts'
import { t } from '../lib/i18n/translate.ts'
import type { LineChart } from './line-chart.ts'
import type { ChartContext } from './paint-chart.ts'
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
  chart: Pick<LineChart, 'area' | 'x'>,
  marks: readonly PlacedMark[],
  palette: ChartPalette,
): void {
  for (const kind of ['event', 'checkpoint'] as const) {
    context.beginPath()
    for (const at of markPixels(chart, marks, kind)) traceMark(context, chart.area, kind, at)
    context.fillStyle = kind === 'checkpoint' ? palette.quiet : palette.reasoning
    context.fill()
  }
}

/** Where marks of a kind are drawn: one for all that fall on the same pixel. */
function markPixels({ x }: Pick<LineChart, 'x'>, marks: readonly PlacedMark[], kind: ChartMark['kind']): Set<number> {
  const inSight = marks.filter((mark) => mark.kind === kind && mark.x >= x.min && mark.x <= x.max)
  return new Set(inSight.map((mark) => Math.round(x.pixelOf(mark.x)) + 0.5))
}

function traceMark(context: ChartContext, { top, bottom }: LineChart['area'], kind: ChartMark['kind'], at: number) {
  if (kind === 'checkpoint') {
    context.moveTo(at - 3.5, bottom)
    context.lineTo(at, bottom - 6)
    context.lineTo(at + 3.5, bottom)
    return
  }
  context.rect(at - 0.5, top, 1, bottom - top - 8)
  context.moveTo(at, bottom - 8)
  context.lineTo(at + 4, bottom - 4)
  context.lineTo(at, bottom)
  context.lineTo(at - 4, bottom - 4)
}
