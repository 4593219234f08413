import type { Trace } from '../../src-preload/contract/trace.ts'
import { formatNumber } from '../lib/format.ts'
import { msg, t } from '../lib/i18n/translate.ts'
import { Button } from '../ui/button.tsx'
import { type ClassRule, countDiffering, countOnes, type TieRule } from './classify.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'

const modes: readonly { readonly id: ClassRule['mode']; readonly label: string; readonly title: string }[] = [
  { id: 'quantile', label: msg('Quantile'), title: msg("Tokens at or above a quantile of this response's entropies") },
  { id: 'threshold', label: msg('Threshold'), title: msg('Tokens at or above a number of nats') },
  { id: 'recorded', label: msg("Run's marks"), title: msg('The classes the run trained with') },
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
        <legend className="visually-hidden">{t('Rule of the token classes')}</legend>
        {modes.map(({ id, label, title }) => (
          <Button
            key={id}
            small
            title={t(title)}
            aria-pressed={rule.mode === id}
            onClick={() => useHeatmapSettings.setState({ mode: id })}
          >
            {t(label)}
          </Button>
        ))}
      </fieldset>
      {rule.mode === 'quantile' && <QuantileSlider quantile={rule.quantile} own={ownQuantile} />}
      {rule.mode === 'threshold' && <ThresholdSlider threshold={rule.threshold} most={most} />}
      <span className="quiet" data-testid="threshold">
        {threshold !== null && `H ${ties === 'above' ? '>' : '≥'} ${formatNumber(threshold)} ${t('nats')} · `}
        {t('{count} of {all} tokens', { count: countOnes(reasoning), all: reasoning.length })}
        {rule.mode !== 'recorded' &&
          (differing > 0 ? t(', {count} other than in the run', { count: differing }) : t(', as in the run'))}
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
        {t('Reasoning above quantile')}
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
          {t('Back to {value}', { value: String(own) })}
        </Button>
      )}
    </>
  )
}

function ThresholdSlider({ threshold, most }: { threshold: number; most: number }) {
  const end = Math.max(most, threshold, 0.1)
  return (
    <label className="slider-label">
      {t('Reasoning above')}
      <input
        type="range"
        min={0}
        max={end}
        step={end / 200}
        value={threshold}
        onChange={(event) => useHeatmapSettings.setState({ threshold: Number(event.target.value) })}
      />
      <output className="mono">
        {threshold.toFixed(3)} {t('nats')}
      </output>
    </label>
  )
}
