import { Pin, PinOff, Table2 } from 'lucide-react'
import type { Trace } from '../../src-preload/contract/trace.ts'
import { msg, t } from '../lib/i18n/translate.ts'
import { Button } from '../ui/button.tsx'
import { type ChannelId, type ColourDomain, channelIds, channels } from './channels.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'
import { type WrapMode, wrapModes } from './layout.ts'

const wrapLabels: Readonly<Record<WrapMode, string>> = {
  words: msg('between words'),
  tokens: msg('between tokens'),
  lines: msg('at new lines only'),
}

interface ViewControlsProps {
  readonly trace: Trace
  readonly domain: ColourDomain
  readonly asTable?: boolean
  /** Offers the table instead of the colours. */
  readonly onTable?: (asTable: boolean) => void
}

/** What the colours stand for, whether their scale is held, and how lines break. */
export function ViewControls({ trace, domain, asTable = false, onTable }: ViewControlsProps) {
  const { channel, wrap, heldEnds, scale } = useHeatmapSettings()
  const held = heldEnds[channel] !== undefined
  const scaled = channels[channel].kind === 'sequential' || channels[channel].kind === 'diverging'
  const hold = (): void => {
    const { [channel]: _, ...others } = heldEnds
    useHeatmapSettings.setState({ heldEnds: held ? others : { ...others, [channel]: domain.end } })
  }
  return (
    <div className="view-controls">
      <label className="slider-label">
        {t('Colour')}
        <select
          className="select"
          value={channel}
          onChange={(event) => useHeatmapSettings.setState({ channel: event.target.value as ChannelId })}
        >
          {channelIds.map((id) => {
            const missing = !channels[id].recorded(trace)
            const { missing: why } = channels[id]
            return (
              <option key={id} value={id} disabled={missing} title={missing && why ? t(why) : undefined}>
                {t(channels[id].label)}
                {missing ? t(' (not recorded)') : ''}
              </option>
            )
          })}
        </select>
      </label>
      {channels[channel].kind === 'sequential' && (
        <Button
          small
          title={t('Logarithmic colour scale: tells small values apart')}
          aria-label={t('log colour scale')}
          aria-pressed={scale === 'log'}
          onClick={() => useHeatmapSettings.setState({ scale: scale === 'log' ? 'linear' : 'log' })}
        >
          {t('log')}
        </Button>
      )}
      {scaled && (
        <Button
          small
          icon={held ? <PinOff size={14} /> : <Pin size={14} />}
          aria-label={t('Hold the colour scale')}
          title={held ? t('Fit the scale to each response again') : t('Hold this scale for other responses')}
          aria-pressed={held}
          onClick={hold}
        />
      )}
      <label className="slider-label">
        {t('Lines break')}
        <select
          className="select"
          value={wrap}
          onChange={(event) => useHeatmapSettings.setState({ wrap: event.target.value as WrapMode })}
        >
          {wrapModes.map((mode) => (
            <option key={mode} value={mode}>
              {t(wrapLabels[mode])}
            </option>
          ))}
        </select>
      </label>
      {onTable && (
        <Button small icon={<Table2 size={14} aria-hidden />} aria-pressed={asTable} onClick={() => onTable(!asTable)}>
          {t('Table')}
        </Button>
      )}
    </div>
  )
}
