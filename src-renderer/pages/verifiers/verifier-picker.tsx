import { useId, useMemo } from 'react'
import { z } from 'zod'
import { verifierSchema } from '../../../src-preload/contract/verifier.ts'
import { textToValue, valueToText } from '../../lib/form/field-text.ts'
import { type Field, schemaSections, type Variants } from '../../lib/form/schema-fields.ts'
import { t } from '../../lib/i18n/translate.ts'
import { InlineCode } from '../../ui/inline-code.tsx'

/** A verifier as it is being chosen: its kind, and the options that are not the defaults. */
export type VerifierDraft = Readonly<Record<string, unknown>> & { readonly kind: string }

interface VerifierPickerProps {
  readonly draft: VerifierDraft
  readonly onChange: (draft: VerifierDraft) => void
}

/** Every verifier with its options, from the schema. */
export function VerifierPicker({ draft, onChange }: VerifierPickerProps) {
  const variants = useMemo(verifierVariants, [])
  return (
    <form className="card verifier-picker" aria-label={t('Verifier')} onSubmit={(event) => event.preventDefault()}>
      <h1>{t('Verifiers')}</h1>
      <div role="radiogroup" aria-label={t('Kind')} className="verifier-kinds">
        {variants.options.map(({ value, title, description, fields }) => (
          <div key={value} className="verifier-kind">
            <label>
              <input
                type="radio"
                name="kind"
                checked={value === draft.kind}
                onChange={() => onChange({ kind: value })}
              />
              <span>
                <b>{t(title)}</b> <span className="field-help">{t(description)}</span>
              </span>
            </label>
            {value === draft.kind &&
              fields.map((field) => <BoundOption key={field.path} {...{ field, draft, onChange }} />)}
          </div>
        ))}
      </div>
    </form>
  )
}

function BoundOption({ field, draft, onChange }: VerifierPickerProps & { readonly field: Field }) {
  const key = field.path.split('.').at(-1)!
  return (
    <Option
      field={field}
      value={draft[key] ?? field.default}
      onChange={(next) => onChange({ ...draft, [key]: next })}
    />
  )
}

function verifierVariants(): Variants {
  const schema = z.object({ verifier: verifierSchema.default({ kind: 'numeric' }) })
  const part = schemaSections(schema).find(({ id }) => id === 'verifier')?.parts[0]
  if (part?.type !== 'variants') throw new Error('The verifier schema is not a choice between shapes.')
  return part
}

function Option({ field, value, onChange }: { field: Field; value: unknown; onChange: (value: unknown) => void }) {
  const id = useId()
  return (
    <div className="verifier-option">
      <label htmlFor={id} className="mono">
        {field.path.split('.').at(-1)}
      </label>
      <OptionInput id={id} field={field} value={value} onChange={onChange} />
      <span className="field-help">
        <InlineCode text={t(field.description)} />
      </span>
    </div>
  )
}

interface OptionInputProps {
  readonly id: string
  readonly field: Field
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

function OptionInput({ id, field, value, onChange }: OptionInputProps) {
  if (field.kind === 'boolean')
    return (
      <input id={id} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />
    )
  if (field.kind === 'choice')
    return (
      <select id={id} className="select" value={String(value)} onChange={(event) => onChange(event.target.value)}>
        {field.choices?.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    )
  if (field.kind === 'structure')
    return (
      <textarea
        id={id}
        className="textarea"
        rows={6}
        spellCheck={false}
        defaultValue={valueToText(value)}
        onChange={(event) => onChange(textToValue(field, event.target.value))}
      />
    )
  return (
    <input
      id={id}
      className="input"
      spellCheck={false}
      defaultValue={valueToText(value)}
      onChange={(event) => onChange(textToValue(field, event.target.value))}
    />
  )
}
