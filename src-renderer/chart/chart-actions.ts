import type { Action } from '../commands/actions.ts'
import { t } from '../lib/i18n/translate.ts'
import { axes, axisIds } from './axis.ts'
import { type ChartRange, pannedRange, zoomedRange } from './chart-range.ts'
import { useChartView } from './chart-view.ts'

/** The input that finds a curve. */
export const curveSearchId = 'curve-search'

/** What the keys do with all panels at once; `extent` is all of the x axis. */
export function chartActions(extent: () => ChartRange): Action[] {
  const section = t('Curves')
  const action = (id: string, label: string, shortcut: string, run: () => void): Action => ({
    ...{ id: `curves.${id}`, label, shortcut, section },
    enabled: true,
    run,
  })
  const change = (to: (range: ChartRange | null) => ChartRange | null) => (): void => {
    useChartView.setState(({ range }) => ({ range: to(range) }))
  }
  const zoom = (factor: number) => change((range) => zoomedRange(range, extent(), factor))
  const pan = (share: number) => change((range) => pannedRange(range, extent(), share))
  return [
    action('search', t('Find a curve'), '/', () => document.getElementById(curveSearchId)?.focus()),
    action('zoom-in', t('Zoom into the curves'), 'i', zoom(0.5)),
    action('zoom-out', t('Zoom out of the curves'), 'o', zoom(2)),
    action('earlier', t('Earlier part of the curves'), ',', pan(-0.25)),
    action('later', t('Later part of the curves'), '.', pan(0.25)),
    action(
      'all',
      t('Show all of the curves'),
      '0',
      change(() => null),
    ),
    action('axis', t('Next x axis: step, tokens, time'), 'x', () =>
      useChartView.setState(({ axis }) => {
        const next = axisIds[(axisIds.indexOf(axis) + 1) % axisIds.length]!
        return { axis: next, range: null, hoverX: null }
      }),
    ),
    action('log-x', t('Logarithmic x axis'), 'l', () => useChartView.setState(({ logX }) => ({ logX: !logX }))),
  ]
}

/** All of the x axis of a run's columns. */
export function chartExtent(columns: Parameters<(typeof axes)['step']['at']>[0]): ChartRange {
  const last = columns.steps.length - 1
  return [0, last < 0 ? 1 : axes[useChartView.getState().axis].at(columns, last)]
}
