import { RotateCcw } from 'lucide-react'
import { useId, useState } from 'react'
import { textToValue, valueToText } from '../../lib/form/field-text.ts'
import type { Field } from '../../lib/form/schema-fields.ts'
import { t } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'
import { InlineCode } from '../../ui/inline-code.tsx'
import { useSuggestions } from './suggestions.ts'

interface FieldRowProps {
  readonly field: Field
  readonly value: unknown
  /** Whether the value is the schema's, not written in the config. */
  readonly isDefault: boolean
  readonly errors: readonly string[]
  readonly onChange: (value: unknown) => void
  readonly onReset: () => void
}

/** One setting: name, input with unit, what it means, range, default and source, and what is wrong with it. */
export function FieldRow({ field, value, isDefault, errors, onChange, onReset }: FieldRowProps) {
  const id = useId()
  const name = field.path.split('.').at(-1)!
  const differs = valueToText(value) !== valueToText(field.default)
  return (
    <div className={`field${differs ? ' field-changed' : ''}`} data-path={field.path}>
      <label htmlFor={id} className="field-name mono" title={field.path}>
        {name}
      </label>
      <div className="field-input">
        <FieldInput {...{ id, field, value, onChange }} invalid={errors.length > 0} />
        {field.unit && <span className="quiet">{t(field.unit)}</span>}
        {!isDefault && differs && (
          <Button
            kind="quiet"
            small
            icon={<RotateCcw size={13} />}
            aria-label={t('Set {name} back to {value}', { name, value: valueToText(field.default) || t('empty') })}
            title={t('Default: {value}', { value: valueToText(field.default) || t('empty') })}
            onClick={onReset}
          />
        )}
      </div>
      <div id={`${id}-help`} className="field-help">
        <InlineCode text={t(field.description)} /> <FieldFacts field={field} />
        {errors.map((error) => (
          <p key={error} className="field-error" role="alert">
            {error}
          </p>
        ))}
      </div>
    </div>
  )
}

function FieldFacts({ field }: { field: Field }) {
  const facts = [
    field.range,
    field.default === undefined ? '' : defaultFact(field.default),
    field.source ? t(field.source) : '',
  ]
  return <span className="quiet">{facts.filter(Boolean).join(' · ')}</span>
}

function defaultFact(fallback: unknown): string {
  const value = valueToText(fallback)
  return value === '' ? t('empty by default') : t('default {value}', { value })
}

interface FieldInputProps {
  readonly id: string
  readonly field: Field
  readonly value: unknown
  readonly invalid: boolean
  readonly onChange: (value: unknown) => void
}

function FieldInput({ id, field, value, invalid, onChange }: FieldInputProps) {
  const shared = { id, 'aria-invalid': invalid, 'aria-describedby': `${id}-help` }
  if (field.kind === 'boolean')
    return (
      <input
        {...shared}
        type="checkbox"
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    )
  if (field.kind === 'choice')
    return (
      <select {...shared} className="select" value={String(value)} onChange={(event) => onChange(event.target.value)}>
        {field.choices?.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
        {!field.choices?.includes(String(value)) && <option>{String(value)}</option>}
      </select>
    )
  return <TextInput {...{ field, value, onChange, shared }} />
}

interface TextInputProps extends Pick<FieldInputProps, 'field' | 'value' | 'onChange'> {
  readonly shared: { readonly id: string }
}

/** Keeps the text as typed while it means the value it has; otherwise shows the value. */
function TextInput({ field, value, onChange, shared }: TextInputProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const means = typed !== null && valueToText(textToValue(field, typed)) === valueToText(value)
  const numeric = field.kind === 'number' || field.kind === 'integer'
  const suggestions = useSuggestions(field.path)
  return (
    <>
      <input
        {...shared}
        className={`input${numeric ? ' input-number' : ''}`}
        inputMode={numeric ? 'decimal' : 'text'}
        spellCheck={false}
        autoComplete="off"
        placeholder={field.nullable ? t('empty') : ''}
        list={suggestions.length > 0 ? `${shared.id}-list` : undefined}
        value={means ? typed : valueToText(value)}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange(textToValue(field, event.target.value))
        }}
        onBlur={() => setTyped(null)}
      />
      {suggestions.length > 0 && (
        <datalist id={`${shared.id}-list`}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </>
  )
}
