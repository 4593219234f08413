import { useEffect, useMemo } from 'react'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import { valueAt, withValue } from '../../lib/form/config-document.ts'
import { issuesAt } from '../../lib/form/issues.ts'
import { type Section, schemaSections, type Variants } from '../../lib/form/schema-fields.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { BoundField, type DocumentProps } from './bound-field.tsx'
import { OptionalFields } from './optional-fields.tsx'

/** Every setting of a run, generated from its schema. */
export function ConfigForm({ document, issues, onChange }: DocumentProps) {
  const sections = useMemo(() => schemaSections(runConfigSchema), [])
  const [field] = useAddressState('field')
  useEffect(() => {
    if (field === '') return
    const row = window.document.querySelector<HTMLElement>(`[data-path="${CSS.escape(field)}"]`)
    row?.scrollIntoView({ block: 'center' })
    row?.querySelector<HTMLElement>('input, select, textarea')?.focus({ preventScroll: true })
  }, [field])
  return (
    <form className="config-form" aria-label={t('Settings of the run')} onSubmit={(event) => event.preventDefault()}>
      <fieldset disabled={document.syntaxError !== null} className="form-sections">
        {sections.map((section) => (
          <FormSection key={section.id} section={section} {...{ document, issues, onChange }} />
        ))}
      </fieldset>
    </form>
  )
}

function FormSection({ section, ...props }: DocumentProps & { section: Section }) {
  const wrong = section.parts.flatMap((part) => issuesAt(props.issues, part.path)).length
  return (
    <details className="card form-section" open>
      <summary>
        <h2>{t(section.title)}</h2>
        {wrong > 0 && <span className="tone-bad">{t('{count} to mend', { count: wrong })}</span>}
      </summary>
      <div className="form-fields">
        {section.parts.map((part) =>
          part.type === 'variants' ? (
            <VariantFields key={part.path} variants={part} {...props} />
          ) : part.type === 'optional' ? (
            <OptionalFields key={part.path} group={part} {...props} />
          ) : (
            <BoundField key={part.path} field={part} {...props} />
          ),
        )}
      </div>
    </details>
  )
}

function VariantFields({ variants, ...props }: DocumentProps & { variants: Variants }) {
  const { document, issues, onChange } = props
  const path = `${variants.path}.${variants.key}`
  const value = String(valueAt(document.value, path) ?? variants.default)
  const option = variants.options.find((one) => one.value === value)
  const choose = (next: string): void => onChange(withValue(document, variants.path, { [variants.key]: next }))
  const orphans = issuesAt(issues, variants.path).length > 0 && !option
  return (
    <>
      <div className="variant" role="radiogroup" aria-label={t(variants.title)}>
        {variants.options.map((one) => (
          <label key={one.value} className="variant-option">
            <input type="radio" name={path} checked={one.value === value} onChange={() => choose(one.value)} />
            <span>
              <b>{t(one.title)}</b> {one.source && <span className="quiet">{t(one.source)}</span>}
              <span className="field-help">{t(one.description)}</span>
            </span>
          </label>
        ))}
      </div>
      {orphans && <p className="field-error">{issuesAt(issues, variants.path)[0]}</p>}
      {option?.fields.map((field) => (
        <BoundField key={field.path} field={field} {...props} />
      ))}
    </>
  )
}
