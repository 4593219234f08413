import { ZoomOut } from 'lucide-react'
import type { ReactNode } from 'react'
import { changeSettings } from '../lib/change-settings.ts'
import { useServices } from '../lib/context.tsx'
import { msg, t } from '../lib/i18n/translate.ts'
import { useView } from '../lib/view-state.ts'
import { Button } from '../ui/button.tsx'
import { type AxisId, axes, axisIds } from './axis.ts'
import { useChartAddress } from './chart-address.ts'
import { useChartView } from './chart-view.ts'

const axisNames: Readonly<Record<AxisId, string>> = { step: msg('Step'), tokens: msg('Tokens'), time: msg('Time') }

/** What holds for all panels: smoothing, the x axis, and the way back from a zoom. */
export function ChartToolbar({ children }: { children?: ReactNode }) {
  useChartAddress()
  return (
    <div className="chart-toolbar">
      <Smoothing />
      <AxisChoice />
      {children}
      <ZoomNote />
    </div>
  )
}

function Smoothing() {
  const { client } = useServices()
  const smoothing = useView((view) => view.settings.smoothing)
  const change = (value: number): void =>
    useView.setState(({ settings }) => ({ settings: { ...settings, smoothing: value } }))
  const keep = (): void => {
    changeSettings(client, { smoothing })
  }
  return (
    <label className="slider-label">
      {t('Smoothing')}
      <input
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={smoothing}
        onChange={(event) => change(Number(event.target.value))}
        onPointerUp={keep}
        onKeyUp={keep}
      />
      <span className="mono">{smoothing.toFixed(2)}</span>
      {smoothing > 0 && (
        <span
          className="quiet"
          title={t('Bold lines and rings are smoothed; faint lines, full dots and numbers are as recorded.')}
        >
          {t('numbers as recorded')}
        </span>
      )}
    </label>
  )
}

function AxisChoice() {
  const axis = useChartView((view) => view.axis)
  const logX = useChartView((view) => view.logX)
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">{t('X axis')}</legend>
      {axisIds.map((id) => (
        <Button
          key={id}
          small
          aria-pressed={axis === id}
          title={t('Curves over {axis}', { axis: t(axes[id].label) })}
          onClick={() => useChartView.setState({ axis: id, range: null, hoverX: null })}
        >
          {t(axisNames[id])}
        </Button>
      ))}
      <Button
        small
        aria-pressed={logX}
        title={t('Logarithmic x axis')}
        aria-label={t('log x axis')}
        onClick={() => useChartView.setState({ logX: !logX })}
      >
        {t('log')}
      </Button>
    </fieldset>
  )
}

function ZoomNote() {
  const range = useChartView((view) => view.range)
  const { format } = axes[useChartView((view) => view.axis)]
  if (!range) return <span className="quiet">{t('Drag across a chart to zoom')}</span>
  return (
    <Button small icon={<ZoomOut size={14} aria-hidden />} onClick={() => useChartView.setState({ range: null })}>
      {t('{from} to {to}: show all', { from: format(range[0]), to: format(range[1]) })}
    </Button>
  )
}
