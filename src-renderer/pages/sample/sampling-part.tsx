import { deviceIds } from '../../../src-preload/contract/device.ts'
import { msg, t } from '../../lib/i18n/translate.ts'
import { changeSample, type SampleSettings, useSampleSettings } from './sample-settings.ts'

type NumberField = 'n' | 'temperature' | 'topP' | 'topK' | 'maxTokens' | 'seed'

const fields: readonly {
  readonly id: NumberField
  readonly label: string
  readonly title: string
  readonly min: number
  readonly max?: number
  readonly step: number
}[] = [
  { id: 'n', label: msg('Responses'), title: msg('Sampled from each model'), min: 1, max: 32, step: 1 },
  { id: 'temperature', label: msg('Temperature'), title: msg('Divides the logits'), min: 0.01, max: 10, step: 0.1 },
  { id: 'topP', label: msg('Top-p'), title: msg('1 keeps the whole distribution'), min: 0.01, max: 1, step: 0.05 },
  { id: 'topK', label: msg('Top-k'), title: msg('0 keeps the whole distribution'), min: 0, step: 1 },
  { id: 'maxTokens', label: msg('Most tokens'), title: msg('A longer response is cut'), min: 1, max: 65_536, step: 1 },
  {
    id: 'seed',
    label: msg('Seed'),
    title: msg('All models draw with the same uniforms'),
    min: 0,
    step: 1,
  },
]

/** How tokens are drawn. */
export function SamplingPart() {
  const settings = useSampleSettings()
  return (
    <section className="sample-part" aria-label={t('Sampling')}>
      <h2>{t('Sampling')}</h2>
      <div className="sample-numbers">
        {fields.map(({ id, label, title, min, max, step }) => (
          <label key={id} className="sample-field" title={t(title)}>
            {t(label)}
            <input
              className="input"
              type="number"
              {...{ min, max, step }}
              value={Number.isNaN(settings[id]) ? '' : settings[id]}
              onChange={(event) => changeSample({ [id]: event.target.valueAsNumber })}
            />
          </label>
        ))}
        <label className="sample-field">
          {t('Device')}
          <select
            className="select"
            value={settings.device}
            onChange={(event) => changeSample({ device: event.target.value as SampleSettings['device'] })}
          >
            {deviceIds.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
      </div>
    </section>
  )
}
