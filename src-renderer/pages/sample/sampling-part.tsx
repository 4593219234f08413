import { useId } from 'react'
import { msg, t } from '../../lib/i18n/translate.ts'
import { DeviceField } from './device-field.tsx'
import { FieldErrors, useFieldErrors } from './field-errors.tsx'
import { changeSample, useSampleSettings } from './sample-settings.ts'

interface NumberField {
  readonly id: 'n' | 'temperature' | 'topP' | 'topK' | 'maxTokens' | 'seed'
  /** Where it stands in the request. */
  readonly path: string
  readonly label: string
  readonly title: string
  readonly min: number
  readonly max?: number
  readonly step: number
}

const fields: readonly NumberField[] = [
  { id: 'n', path: 'n', label: msg('Responses'), title: msg('Sampled from each model'), min: 1, max: 32, step: 1 },
  {
    id: 'temperature',
    path: 'temperature',
    label: msg('Temperature'),
    title: msg('Divides the logits'),
    min: 0.01,
    max: 10,
    step: 0.1,
  },
  {
    id: 'topP',
    path: 'top_p',
    label: msg('Top-p'),
    title: msg('1 keeps the whole distribution'),
    min: 0.01,
    max: 1,
    step: 0.05,
  },
  { id: 'topK', path: 'top_k', label: msg('Top-k'), title: msg('0 keeps the whole distribution'), min: 0, step: 1 },
  {
    id: 'maxTokens',
    path: 'max_tokens',
    label: msg('Most tokens'),
    title: msg('A longer response is cut'),
    min: 1,
    max: 65_536,
    step: 1,
  },
  {
    id: 'seed',
    path: 'seed',
    label: msg('Seed'),
    title: msg('All models draw with the same uniforms'),
    min: 0,
    step: 1,
  },
]

/** How tokens are drawn. */
export function SamplingPart() {
  return (
    <section className="sample-part" aria-label={t('Sampling')}>
      <h2>{t('Sampling')}</h2>
      <div className="sample-numbers">
        {fields.map((field) => (
          <NumberInput key={field.id} field={field} />
        ))}
        <DeviceField />
      </div>
    </section>
  )
}

function NumberInput({ field }: { readonly field: NumberField }) {
  const { id, path, label, title, min, max, step } = field
  const value = useSampleSettings((settings) => settings[id])
  const errors = useFieldErrors(path)
  const errorId = useId()
  return (
    <div>
      <label className="sample-field" title={t(title)}>
        {t(label)}
        <input
          className="input"
          type="number"
          {...{ min, max, step }}
          aria-invalid={errors.length > 0}
          aria-describedby={errors.length > 0 ? errorId : undefined}
          value={Number.isNaN(value) ? '' : value}
          onChange={(event) => changeSample({ [id]: event.target.valueAsNumber })}
        />
      </label>
      <FieldErrors errors={errors} id={errorId} />
    </div>
  )
}
