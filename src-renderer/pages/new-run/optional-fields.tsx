import { valueAt, withoutValue, withValue } from '../../lib/form/config-document.ts'
import { issuesAt } from '../../lib/form/issues.ts'
import type { OptionalGroup } from '../../lib/form/schema-fields.ts'
import { t } from '../../lib/i18n/translate.ts'
import { BoundField, type DocumentProps } from './bound-field.tsx'

/** A group of settings with a switch: off is null. */
export function OptionalFields({ group, ...props }: DocumentProps & { readonly group: OptionalGroup }) {
  const { document, issues, onChange } = props
  const { path, title, description, fields } = group
  const value = valueAt(document.value, path)
  const on = value !== undefined && value !== null
  // Taking back the last setting must not turn the group off.
  const keep: DocumentProps['onChange'] = (next) =>
    onChange(valueAt(next.value, path) === undefined ? withValue(next, path, {}) : next)
  return (
    <>
      <div className="variant">
        <label className="variant-option">
          <input
            type="checkbox"
            checked={on}
            data-path={path}
            onChange={() => onChange(on ? withoutValue(document, path) : withValue(document, path, {}))}
          />
          <span>
            <b>{t(title)}</b>
            <span className="field-help">{t(description)}</span>
          </span>
        </label>
      </div>
      {on && typeof value !== 'object' && <p className="field-error">{issuesAt(issues, path)[0]}</p>}
      {on && fields.map((field) => <BoundField key={field.path} field={field} {...props} onChange={keep} />)}
    </>
  )
}
