import type { EntropyBin } from '../../../src-preload/contract/curriculum.ts'
import { niceScale } from '../../chart/nice-scale.ts'
import { formatFixed, formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { histogramBars } from './histogram-bars.ts'

const width = 640
const height = 180

/** Prompts per entropy as bars, coloured more strongly the more of their samples are right. */
export function EntropyHistogram({ bins }: { bins: readonly EntropyBin[] }) {
  const { bars, largest } = histogramBars(bins, width, height)
  const from = bins.map((bin) => bin.from)
  const end = bins.length > 1 ? from.at(-1)! + from[1]! - from[0]! : 1
  const ticks = niceScale([from[0] ?? 0, end]).ticks.filter(({ value }) => value <= end)
  return (
    <figure className="histogram">
      <svg viewBox={`-48 -8 ${width + 64} ${height + 44}`} role="img" aria-label={spokenHistogram(bins)}>
        <line x1="0" x2={width} y1={height} y2={height} className="histogram-axis" />
        <text x="-6" y="8" textAnchor="end">
          {largest}
        </text>
        <text x="-6" y={height} textAnchor="end">
          0
        </text>
        {bars.map(({ x, y, barWidth, barHeight, bin }) => (
          <rect
            key={bin.from}
            x={x}
            y={y}
            width={barWidth}
            height={barHeight}
            className="histogram-bar"
            fillOpacity={0.25 + 0.75 * (bin.accuracy ?? 0)}
          >
            <title>
              {t('from {entropy} nats: {prompts} prompts, {percent} right', {
                entropy: formatFixed(bin.from, 3),
                prompts: bin.prompts,
                percent: formatPercent(bin.accuracy, 1),
              })}
            </title>
          </rect>
        ))}
        {ticks.map(({ value, label }) => (
          <text key={value} x={(value / end) * width} y={height + 16} textAnchor="middle">
            {label}
          </text>
        ))}
        <text x={width / 2} y={height + 32} textAnchor="middle">
          {t('semantic entropy, nats')}
        </text>
        <text x={-height / 2} y="-32" textAnchor="middle" transform="rotate(-90)">
          {t('Prompts')}
        </text>
      </svg>
      <figcaption className="quiet">
        {t('Prompts by semantic entropy; the stronger the colour of a bar, the more of its samples are right.')}
      </figcaption>
    </figure>
  )
}

function spokenHistogram(bins: readonly EntropyBin[]): string {
  const parts = bins
    .filter(({ prompts }) => prompts > 0)
    .map(({ from, prompts, accuracy }) =>
      t('{entropy}: {prompts}, {percent} right', {
        entropy: formatFixed(from, 2),
        prompts,
        percent: formatPercent(accuracy),
      }),
    )
  return t('Histogram of prompts by semantic entropy in nats. {bars}', { bars: parts.join('; ') })
}
