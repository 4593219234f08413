import { ZoomOut } from 'lucide-react'
import { useServices } from '../lib/context.tsx'
import { errorSentence } from '../lib/format.ts'
import { notify, useView } from '../lib/view-state.ts'
import { Button } from '../ui/button.tsx'
import { useChartView } from './chart-view.ts'

/** What holds for all panels: smoothing, and the way back from a zoom. */
export function ChartToolbar() {
  const { client } = useServices()
  const smoothing = useView((view) => view.settings.smoothing)
  const range = useChartView((view) => view.range)
  const change = (value: number): void =>
    useView.setState(({ settings }) => ({ settings: { ...settings, smoothing: value } }))
  const keep = (): void => {
    client.call('settings.set', { smoothing }).catch((error: unknown) => notify('error', errorSentence(error)))
  }
  return (
    <div className="chart-toolbar">
      <label className="slider-label">
        Smoothing
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
      </label>
      {range ? (
        <Button small icon={<ZoomOut size={14} aria-hidden />} onClick={() => useChartView.setState({ range: null })}>
          Steps {range[0]} to {range[1]}: show all
        </Button>
      ) : (
        <span className="quiet">Drag across a chart to zoom into steps</span>
      )}
    </div>
  )
}
