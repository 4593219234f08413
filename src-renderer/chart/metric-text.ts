import { metricInfo } from '../../src-preload/contract/metrics.ts'
import { formatGap, formatInUnit, formatNumber, formatPercent } from '../lib/format.ts'
import { unitWord } from './summary.ts'

/** The metrics worth a look first, in this order. */
export const mainMetrics: readonly string[] = [
  ...['reward', 'accuracy', 'eval/greedy', 'eval/avg', 'entropy', 'kl', 'clip_ratio', 'grad_norm'],
]

/** What grew by more than this is told as a multiple. */
const mostShare = 10

const unitOf = (name: string): string => metricInfo(name).unit

/** A value of a metric as a report shows it: fractions as percent. */
export const metricText = (name: string, value: number | null | undefined, digits = 3): string =>
  formatInUnit(value, unitOf(name), digits)

/** The unit behind such a text, which a percent sign makes needless. */
export const unitText = (name: string): string => unitWord(unitOf(name))

/** How far a value is from the baseline's, as the page shows it: fractions in percentage points, the rest in percent of the baseline. */
export function changeText(name: string, value: number, base: number): string {
  const gap = value - base
  if (unitOf(name) === 'fraction' || base === 0) return formatGap(gap, unitOf(name))
  const share = gap / Math.abs(base)
  if (Math.abs(share) < 0.0005) return formatPercent(0)
  return share > mostShare ? `× ${formatNumber(value / base, 3)}` : `${gap > 0 ? '+' : ''}${formatPercent(share, 1)}`
}
