import { useState } from 'react'
import { type ConfigDocument, readDocument } from '../../lib/form/config-document.ts'
import { ChangesPanel } from './changes-panel.tsx'
import { ConfigForm } from './config-form.tsx'
import { draftOf, keepDraft } from './drafts.ts'
import { DryRunPanel } from './dry-run-panel.tsx'
import type { Origin } from './origin.ts'
import { PreflightPanel } from './preflight-panel.tsx'
import { StartBar } from './start-bar.tsx'
import { useIssues } from './use-issues.ts'
import { YamlView } from './yaml-view.tsx'

/** Form and YAML of one config as they were left, what it differs in from where it began, and what it will take. */
export function Editor({ origin }: { origin: Origin }) {
  const [document, setDocument] = useState<ConfigDocument>(() => readDocument(draftOf(origin.id) ?? origin.yaml))
  const change = (next: ConfigDocument): void => {
    setDocument(next)
    keepDraft(origin, next.text)
  }
  const { issues, checking } = useIssues(document)
  const ready = document.syntaxError === null && !checking && issues.length === 0
  return (
    <>
      <div className="editor">
        <ConfigForm document={document} issues={issues} onChange={change} />
        <aside className="editor-side">
          <YamlView document={document} issues={issues} onChange={change} />
          <ChangesPanel origin={origin} document={document} onChange={change} />
        </aside>
      </div>
      <PreflightPanel config={document.text} ready={ready} />
      <DryRunPanel config={document.text} ready={ready} />
      <StartBar document={document} issues={issues} checking={checking} />
    </>
  )
}
