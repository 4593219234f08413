import type { Trace } from '../../src-preload/contract/trace.ts'
import { formatNumber } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { type ClassRule, countDiffering, countOnes, type TieRule } from './classify.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'

const modes: readonly { readonly id: ClassRule['mode']; readonly label: string; readonly title: string }[] = [
  { id: 'quantile', label: 'Quantile', title: "Tokens at or above a quantile of this response's entropies" },
  { id: 'threshold', label: 'Threshold', title: 'Tokens at or above a number of nats' },
  { id: 'recorded', label: "Run's marks", title: 'The classes the run trained with' },
]

interface ClassControlsProps {
  readonly trace: Trace
  readonly rule: ClassRule
  /** The quantile of the run's own rule. */
  readonly ownQuantile: number
  readonly ties: TieRule
  readonly threshold: number | null
  /** Greatest entropy of the response, nats. */
  readonly most: number
  readonly reasoning: Uint8Array
}

/** Which tokens count as reasoning tokens: by a quantile, an absolute threshold, or as the run marked them. */
export function ClassControls(props: ClassControlsProps) {
  const { trace, rule, ownQuantile, ties, threshold, most, reasoning } = props
  const differing = rule.mode === 'recorded' ? 0 : countDiffering(trace, reasoning)
  return (
    <div className="class-controls">
      <fieldset className="segments">
        <legend className="visually-hidden">Rule of the token classes</legend>
        {modes.map(({ id, label, title }) => (
          <Button
            key={id}
            small
            title={title}
            aria-pressed={rule.mode === id}
            onClick={() => useHeatmapSettings.setState({ mode: id })}
          >
            {label}
          </Button>
        ))}
      </fieldset>
      {rule.mode === 'quantile' && <QuantileSlider quantile={rule.quantile} own={ownQuantile} />}
      {rule.mode === 'threshold' && <ThresholdSlider threshold={rule.threshold} most={most} />}
      <span className="quiet" data-testid="threshold">
        {threshold !== null && `H ${ties === 'above' ? '>' : '≥'} ${formatNumber(threshold)} nats: `}
        {countOnes(reasoning)} of {reasoning.length} tokens
        {rule.mode !== 'recorded' && (differing > 0 ? `, ${differing} other than in the run` : ', as in the run')}
      </span>
    </div>
  )
}

function QuantileSlider({ quantile, own }: { quantile: number; own: number }) {
  const change = (value: number | null): void => {
    useHeatmapSettings.setState({ quantile: value })
  }
  return (
    <>
      <label className="slider-label">
        Reasoning above quantile
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={quantile}
          onChange={(event) => change(Number(event.target.value))}
        />
        <output className="mono">{quantile.toFixed(2)}</output>
      </label>
      {quantile !== own && (
        <Button small kind="quiet" onClick={() => change(null)}>
          Back to {own}
        </Button>
      )}
    </>
  )
}

function ThresholdSlider({ threshold, most }: { threshold: number; most: number }) {
  const end = Math.max(most, threshold, 0.1)
  return (
    <label className="slider-label">
      Reasoning above
      <input
        type="range"
        min={0}
        max={end}
        step={end / 200}
        value={threshold}
        onChange={(event) => useHeatmapSettings.setState({ threshold: Number(event.target.value) })}
      />
      <output className="mono">{threshold.toFixed(3)} nats</output>
    </label>
  )
}
