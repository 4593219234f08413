import { useEffect, useMemo, useState } from 'react'
import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import { useServices } from '../../lib/context.tsx'
import type { ConfigDocument } from '../../lib/form/config-document.ts'
import { schemaIssues } from '../../lib/form/issues.ts'
import { errorSentence } from '../../lib/format.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'

/** How long after the last change the services are asked about files and about how fields fit each other. */
const checkAfterMs = 300

const told = ({ path, message }: ConfigIssue): ConfigIssue => ({ path, message: serviceText(message) })

/** The schema's complaints at once; then, a moment after typing, those of the services. */
export function useIssues(document: ConfigDocument): { issues: readonly ConfigIssue[]; checking: boolean } {
  const { client } = useServices()
  const [checked, setChecked] = useState<{ text: string; issues: readonly ConfigIssue[] }>({ text: '', issues: [] })
  const own = useMemo(() => (document.syntaxError ? [] : schemaIssues(document.value)), [document])
  const ask = document.syntaxError === null && own.length === 0
  useEffect(() => {
    if (!ask) return
    let current = true
    const timer = setTimeout(() => {
      client.call('runs.check', { config: document.text }).then(
        ({ issues }) => current && setChecked({ text: document.text, issues: issues.map(told) }),
        (error: unknown) =>
          current && setChecked({ text: document.text, issues: [{ path: '', message: errorSentence(error) }] }),
      )
    }, checkAfterMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [client, document.text, ask])
  if (!ask) return { issues: own, checking: false }
  const known = checked.text === document.text
  return { issues: known ? checked.issues : [], checking: !known }
}
