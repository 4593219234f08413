import { type ReactNode, useMemo } from 'react'
import { formatNumber } from '../lib/format.ts'
import { t, tn } from '../lib/i18n/translate.ts'
import { useTheme } from '../lib/view-state.ts'
import { type Channel, type ColourDomain, clipCategories } from './channels.ts'
import { colourTable } from './colours.ts'
import { type ScaleShape, scaleDistance } from './scale.ts'

interface HeatmapLegendProps {
  readonly channel: Channel
  readonly domain: ColourDomain
  /** Default: linear. */
  readonly shape?: ScaleShape
  /** No run trained on what is shown. */
  readonly sampled?: boolean
}

/** What colours and marks mean, with the scale's ends and unit. */
export function HeatmapLegend({ channel, domain, shape = 'linear', sampled = false }: HeatmapLegendProps) {
  return (
    <div className="heatmap-legend">
      {channel.kind === 'class' && <CategoryKey kind="class" names={[t('knowledge'), t('reasoning')]} />}
      {channel.kind === 'clip' && (
        <CategoryKey kind="clip" names={clipCategories.map((name) => t(name))} marks={clipMarks} />
      )}
      {(channel.kind === 'sequential' || channel.kind === 'diverging') && (
        <ScaleKey channel={channel} domain={domain} shape={shape} />
      )}
      <span className="legend-mark">
        <svg width="16" height="14" aria-hidden>
          <rect x="1" y="11" width="14" height="2" className="mark-class" />
        </svg>
        {t('reasoning token')}
      </span>
      {!sampled && channel.kind !== 'clip' && <TrainingKeys />}
    </div>
  )
}

/** Marks that only a run's update leaves. */
function TrainingKeys() {
  return (
    <>
      <MarkKey label={t('clipped above')} mark={above} />
      <MarkKey label={t('clipped below')} mark={below} />
      <MarkKey label={t('dual clip')} mark={dual} />
      <MarkKey label={t('left out of the loss')} mark={hatch} />
    </>
  )
}

const above = <path d="M3 9 8 3 13 9Z" className="mark-clip" />
const below = <path d="M3 4 8 10 13 4Z" className="mark-clip" />
const dual = <path d="M3 7 8 3 13 7 8 11Z" className="mark-clip" />
const hatch = <path d="M1 13 13 1M-3 10 6 1M6 14 15 5" className="mark-hatch" />

/** Of `clipCategories`: each has its mark on its colour. */
const clipMarks = [null, below, above, dual, hatch] as const

function MarkKey({ label, mark }: { label: string; mark: ReactNode }) {
  return (
    <span className="legend-mark">
      <svg width="16" height="14" aria-hidden>
        {mark}
      </svg>
      {label}
    </span>
  )
}

const swatches = 32

function ScaleKey({ channel, domain, shape }: Required<Omit<HeatmapLegendProps, 'sampled'>>) {
  const theme = useTheme()
  const grounds = useMemo(() => colourTable(channel.kind, theme).grounds, [channel.kind, theme])
  const diverging = channel.kind === 'diverging'
  const sign = ['rollout', 'policy', 'reference'].includes(channel.id) ? -1 : 1
  const [left, right] = diverging
    ? [channel.origin - domain.end, channel.origin + domain.end]
    : [channel.origin + sign * scaleDistance(0, domain.end, shape), channel.origin + sign * domain.end]
  return (
    <span className="legend-mark" title={t(channel.description)}>
      {shape === 'log' && (sign < 0 ? '≥ ' : '≤ ')}
      {formatNumber(left)}
      <svg width={swatches * 4} height="12" aria-hidden className="scale-bar">
        {Array.from({ length: swatches }, (_, index) => grounds[Math.round((index / (swatches - 1)) * 255)]!).map(
          (ground, index) => (
            <rect key={ground + String(index)} x={index * 4} y="0" width="4.5" height="12" fill={ground} />
          ),
        )}
      </svg>
      {formatNumber(right)} {t(channel.unit)}
      {shape === 'log' && <span className="quiet">{t('logarithmic')}</span>}
      {domain.beyond > 0 && (
        <span className="quiet">{tn(domain.beyond, '({count} token beyond)', '({count} tokens beyond)')}</span>
      )}
    </span>
  )
}

interface CategoryKeyProps {
  readonly kind: 'class' | 'clip'
  readonly names: readonly string[]
  /** What tokens of each category have besides its colour. */
  readonly marks?: readonly ReactNode[]
}

function CategoryKey({ kind, names, marks = [] }: CategoryKeyProps) {
  const { grounds } = colourTable(kind, useTheme())
  return names.map((name, index) => (
    <span key={name} className="legend-mark">
      <svg width="16" height="14" aria-hidden className="scale-bar">
        <rect width="16" height="14" fill={grounds[Math.round((index / (names.length - 1)) * 255)]!} />
        {marks[index]}
      </svg>
      {name}
    </span>
  ))
}
