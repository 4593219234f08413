import { useEffect, useState } from 'react'
import { t } from '../lib/i18n/translate.ts'
import { axes } from './axis.ts'
import { useChartView } from './chart-view.ts'
import type { PanelController } from './panel-controller.ts'
import { atStep, chartSummary } from './summary.ts'

/** How often the words of a chart follow its lines; the canvas follows every frame. */
const wordsEveryMs = 2000

interface ChartWords {
  readonly summary: string
  /** What the axis has no place for; empty where it shows everything. */
  readonly leftOut: string
}

/** The chart in words, renewed at a reading pace. */
export function useChartWords(
  controller: { readonly current: PanelController | null },
  title: string,
  unit: string,
): ChartWords {
  const axis = useChartView((view) => view.axis)
  const logX = useChartView((view) => view.logX)
  const [summary, setSummary] = useState(chartSummary(title, unit, []))
  const [hidesStart, setHidesStart] = useState(false)
  useEffect(() => {
    const place = (x: number): string => (axis === 'step' ? atStep(x) : axes[axis].format(x))
    const renew = (): void => {
      const lines = controller.current?.shown ?? []
      setSummary(chartSummary(title, unit, lines, place))
      setHidesStart(logX && lines.some(({ points }) => points.count > 0 && points.x[0]! <= 0))
    }
    const soon = setTimeout(renew, 300)
    const timer = setInterval(renew, wordsEveryMs)
    return () => {
      clearTimeout(soon)
      clearInterval(timer)
    }
  }, [controller, title, unit, axis, logX])
  return { summary, leftOut: hidesStart ? t('without step 0, which a logarithmic axis has no place for') : '' }
}
