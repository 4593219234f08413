import type { Trace } from '../../../src-preload/contract/trace.ts'
import { msg, t } from '../../lib/i18n/translate.ts'
import { scoreTexts } from './score-numbers.ts'

const mean = (values: Float32Array): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length

const rows: readonly { readonly label: string; readonly unit: string; readonly of: (trace: Trace) => number }[] = [
  { label: msg('Mean log-probability'), unit: msg('nats'), of: ({ rolloutLogprobs }) => mean(rolloutLogprobs) },
  { label: msg('Perplexity'), unit: '', of: ({ rolloutLogprobs }) => Math.exp(-mean(rolloutLogprobs)) },
  { label: msg('Mean entropy'), unit: msg('nats'), of: ({ entropies }) => mean(entropies) },
]

/** Numbers of the whole response under both models. */
export function ScoreTable({ sampled, scored, model }: { sampled: Trace; scored: Trace; model: string }) {
  return (
    <div className="card table-box">
      <table className="table" aria-label={t('The whole response')}>
        <thead>
          <tr>
            <th>{t('The whole response')}</th>
            <th className="number">{t('As it was sampled')}</th>
            <th className="number">{t('Under {model}', { model })}</th>
            <th className="number">{t('Difference')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, unit, of }) => (
            <tr key={label}>
              <td>
                {t(label)} {unit !== '' && <span className="quiet">{t(unit)}</span>}
              </td>
              {scoreTexts(of(sampled), of(scored)).map((text, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns are always these three.
                <td key={column} className="number">
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
