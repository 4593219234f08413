import { useId } from 'react'
import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import { type ConfigDocument, readDocument } from '../../lib/form/config-document.ts'
import { t } from '../../lib/i18n/translate.ts'

interface YamlViewProps {
  readonly document: ConfigDocument
  readonly issues: readonly ConfigIssue[]
  readonly onChange: (document: ConfigDocument) => void
}

/** The same config as YAML, editable; what is not written has its default. */
export function YamlView({ document, issues, onChange }: YamlViewProps) {
  const id = useId()
  return (
    <div className="yaml-view">
      <label htmlFor={id} className="yaml-label">
        <h2>config.yaml</h2>
        <span className="quiet">{t('what is not written has its default')}</span>
      </label>
      <textarea
        id={id}
        className="textarea yaml-text"
        spellCheck={false}
        aria-invalid={document.syntaxError !== null || issues.length > 0}
        aria-describedby={`${id}-errors`}
        value={document.text}
        onChange={(event) => onChange(readDocument(event.target.value))}
      />
      <ul id={`${id}-errors`} className="yaml-errors">
        {document.syntaxError && <li className="field-error">{document.syntaxError}</li>}
        {issues.map((issue) => (
          <li key={issue.path + issue.message} className="field-error">
            {issue.path !== '' && <code>{issue.path}</code>} {issue.message}
          </li>
        ))}
      </ul>
    </div>
  )
}
