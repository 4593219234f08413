import { useMemo } from 'react'
import { msg, t } from '../lib/i18n/translate.ts'
import { type Channel, channels } from './channels.ts'
import type { DrawnValues } from './drawn-values.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'
import { histogramOf } from './histogram.ts'

const bins = 40
const width = 272
const height = 72

interface HistogramViewProps {
  readonly channel: Channel
  /** Memoise it: new ones are counted anew. */
  readonly drawn: DrawnValues
  /** Drawn as a line where the values are entropies; a click then sets it. On the drawn scale. */
  readonly threshold: number | null
}

/** How the shown values are spread, on a logarithmic count; a click on entropies sets the threshold. */
export function HistogramView({ channel, drawn, threshold }: HistogramViewProps) {
  const { values, extent, format, valueAt } = drawn
  const [low, high] = extent
  const { counts } = useMemo(() => histogramOf(values, low, high, bins), [values, low, high])
  const most = Math.max(1, ...counts)
  const scale = height / Math.log1p(most)
  const at = (value: number): number => ((value - low) / (high - low)) * width
  const sets = channel.id === 'entropy' || channel.id === 'class'
  // The classes are drawn over what decides them.
  const { label, unit } = channel.id === 'class' ? channels.entropy : channel
  const words = t('Histogram of {channel}, {low} to {high}. Tokens in the largest bin: {most}.', {
    channel: t(label),
    low: format(low),
    high: `${format(high)} ${t(unit)}`.trim(),
    most,
  })
  return (
    <figure className="histogram">
      <figcaption className="quiet">
        {t('{channel}: tokens (log) over {unit}', {
          channel: t(label),
          unit: t(unit || msg('value')),
        })}
      </figcaption>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={words}
        className={sets ? 'histogram-sets' : ''}
        onPointerDown={(event) => {
          if (!sets) return
          const pixel = event.clientX - event.currentTarget.getBoundingClientRect().left
          useHeatmapSettings.setState({
            mode: 'threshold',
            threshold: Math.max(0, valueAt(low + (pixel / width) * (high - low))),
          })
        }}
      >
        {Array.from(counts, (count, bin) => {
          const left = low + (bin / bins) * (high - low)
          const reasoning = threshold !== null && left >= threshold
          return (
            <rect
              key={left}
              x={(bin / bins) * width}
              y={height - Math.log1p(count) * scale}
              width={width / bins - 1}
              height={Math.log1p(count) * scale}
              className={reasoning ? 'mark-class' : 'histogram-bar'}
            />
          )
        })}
        {threshold !== null && (
          <line x1={at(threshold)} x2={at(threshold)} y1={0} y2={height} className="histogram-line" />
        )}
      </svg>
      <div className="histogram-axis quiet">
        <span>{format(low, 3)}</span>
        <span>{format(high, 3)}</span>
      </div>
    </figure>
  )
}
