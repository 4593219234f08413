import type { Plugin } from 'chart.js'
import type { RunDetail } from '../../src-preload/contract/run.ts'
import { t } from '../lib/i18n/translate.ts'
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

/** Draws marks at the foot of the chart: a triangle for a checkpoint, a diamond with a faint line for an event. */
export function marksPlugin(marks: () => readonly PlacedMark[], palette: ChartPalette): Plugin<'line'> {
  return {
    id: 'marks',
    beforeDatasetsDraw({ ctx, chartArea, scales }) {
      const { x } = scales
      if (!x) return
      ctx.save()
      for (const mark of marks()) {
        if (mark.x < x.min || mark.x > x.max) continue
        const at = Math.round(x.getPixelForValue(mark.x)) + 0.5
        const foot = chartArea.bottom
        ctx.beginPath()
        if (mark.kind === 'checkpoint') {
          ctx.fillStyle = palette.quiet
          ctx.moveTo(at - 3.5, foot)
          ctx.lineTo(at, foot - 6)
          ctx.lineTo(at + 3.5, foot)
        } else {
          ctx.fillStyle = palette.reasoning
          ctx.fillRect(at - 0.5, chartArea.top, 1, foot - chartArea.top - 8)
          ctx.moveTo(at, foot - 8)
          ctx.lineTo(at + 4, foot - 4)
          ctx.lineTo(at, foot)
          ctx.lineTo(at - 4, foot - 4)
        }
        ctx.fill()
      }
      ctx.restore()
    },
  }
}
