import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import { type ConfigDocument, valueAt, withoutValue, withValue } from '../../lib/form/config-document.ts'
import { issuesAt } from '../../lib/form/issues.ts'
import type { Field } from '../../lib/form/schema-fields.ts'
import { FieldRow } from './field-row.tsx'

export interface DocumentProps {
  readonly document: ConfigDocument
  readonly issues: readonly ConfigIssue[]
  readonly onChange: (document: ConfigDocument) => void
}

/** A field of the document at the field's path. */
export function BoundField({ field, document, issues, onChange }: DocumentProps & { readonly field: Field }) {
  const written = valueAt(document.value, field.path)
  return (
    <FieldRow
      field={field}
      value={written === undefined ? field.default : written}
      isDefault={written === undefined}
      errors={issuesAt(issues, field.path)}
      onChange={(value) => onChange(withValue(document, field.path, value))}
      onReset={() => onChange(withoutValue(document, field.path))}
    />
  )
}
